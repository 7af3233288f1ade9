// What Streamlit leaves undone in the browser: Norwegian labels, announced answers, focus, links to sources.
"use strict";

(() => {
  const LABELS = {
    "Send message": "Send spørsmålet",
    "Stop script": "Stopp",
    "Running...": "Arbeider",
    "Close": "Lukk",
  };
  const TEXTS = {
    "Skip to main content": "Hopp til innholdet",
    "Connection error": "Mistet kontakten",
    "Streamlit server is not responding. Are you connected to the internet?":
      "Tjenesten svarer ikke. Siden prøver å koble seg til igjen. Er du på nett?",
    "Connection timed out.": "Tjenesten svarer ikke. Siden prøver å koble seg til igjen.",
  };
  const announcer = document.getElementById("announcer");
  let shownTurn = null; // the id of the newest question that has been brought into view
  let announcedTurn = null;

  const say = (text) => {
    announcer.textContent = "";
    setTimeout(() => { announcer.textContent = text; }, 50);
  };

  const translate = (root) => {
    for (const element of [root, ...root.querySelectorAll("[aria-label]")]) {
      const label = LABELS[element.getAttribute?.("aria-label")];
      if (label) element.setAttribute("aria-label", label);
    }
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = TEXTS[node.data.trim()];
      if (text && !node.parentElement.closest(".stHtml")) node.data = text;
    }
  };

  const newestQuestion = () => [...document.querySelectorAll(".question")].at(-1);

  // A new question: bring it into view. Whoever pressed a button to ask it goes on reading from there.
  const show = () => {
    const newest = newestQuestion();
    if (!newest || newest.id === shownTurn) return;
    shownTurn = newest.id;
    setTimeout(() => {
      newest.scrollIntoView({ block: "start" });
      if (document.activeElement.matches("body, .stButton button")) newest.focus({ preventScroll: true });
    }, 50);
  };

  // A new answer: say it, and show it from its question on.
  const announce = () => {
    const note = document.querySelector(".announcement");
    if (!note || note.dataset.turn === announcedTurn) return;
    announcedTurn = note.dataset.turn;
    say(note.textContent);
    setTimeout(() => newestQuestion()?.scrollIntoView({ block: "start" }), 100);
  };

  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.nodeType === Node.ELEMENT_NODE) translate(node);
      if (change.type === "attributes") translate(change.target);
    }
    if (document.querySelector(".intro")) shownTurn = announcedTurn = null; // a conversation begins
    show();
    announce();
  }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"] });

  const openSource = (id) => {
    const body = document.getElementById(id);
    if (!body) return;
    body.closest("details").open = true;
    body.scrollIntoView({ block: "center" });
    body.focus({ preventScroll: true });
  };

  const copy = async (text, done) => {
    try {
      await navigator.clipboard.writeText(text);
      return done("Kopiert");
    } catch {
      return done("Nettleseren lot oss ikke kopiere");
    }
  };

  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("[data-source], [data-copy], [data-share]");
    if (!target) return;
    event.preventDefault();
    if (target.dataset.source) return openSource(target.dataset.source);
    const text = target.dataset.copy ?? new URL(target.getAttribute("href"), location.href).href;
    const label = target.textContent;
    copy(text, (outcome) => {
      say(outcome);
      target.textContent = outcome;
      setTimeout(() => { target.textContent = label; }, 2000);
    });
  });

  // Pointing at a number in the answer points at its source.
  const point = (event, on) => {
    const mark = event.target.closest?.("[data-source]");
    const body = mark && document.getElementById(mark.dataset.source);
    if (body) body.closest("details").classList.toggle("pointed", on);
  };
  for (const type of ["mouseover", "focusin"]) document.addEventListener(type, (event) => point(event, true));
  for (const type of ["mouseout", "focusout"]) document.addEventListener(type, (event) => point(event, false));
})();
