"""The script that Streamlit runs for each visitor: frame and style, then the page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui import chat

st.set_page_config(page_title=chat.NAME, page_icon="📊", layout="centered", menu_items=None)
st.html(Path(__file__).with_name("style.css"))
chat.show()
