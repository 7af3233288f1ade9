"""The script that Streamlit runs for each visitor: style, then the page that the address names."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui import about_page, chat, frame, numbers_page, reports_page

st.set_page_config(page_icon="📊", layout="centered", menu_items=None)
st.html(Path(__file__).with_name("style.css"))
frame.run(
    {"ask": chat.show, "numbers": numbers_page.show, "reports": reports_page.show, "about": about_page.show}
)
