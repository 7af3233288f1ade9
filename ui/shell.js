// What Streamlit leaves undone in the browser: Norwegian labels, announced answers, focus, links to sources.
"use strict";

(() => {
  const PATTERNS = Object.entries(NORWEGIAN.patterns).map(([from, to]) => [new RegExp(from), to]);
  const WORDS = NORWEGIAN.script;
  const announcer = document.getElementById("announcer");
  let shownTurn = null; // the newest question that has been brought into view
  let announcedTurn = null;
  let toldStage = ""; // what was last said of a question that is being answered
  let shownPage = null; // the address of the page that is shown

  const say = (text) => {
    announcer.textContent = "";
    setTimeout(() => { announcer.textContent = text; }, 50);
  };

  const norwegian = (words) => {
    const known = NORWEGIAN.texts[words];
    if (known) return known;
    const found = PATTERNS.find(([pattern]) => pattern.test(words));
    return found && words.replace(...found);
  };

  // What we and the reports say is in .stHtml, and stays as it is.
  const isOurs = (element) => !element || element.closest(".stHtml");

  const translate = (root) => {
    for (const element of [root, ...root.querySelectorAll("[aria-label], [title], [placeholder]")]) {
      if (isOurs(element)) continue;
      for (const name of ["aria-label", "title", "placeholder"]) {
        const said = element.getAttribute(name)?.trim();
        const label = said && (NORWEGIAN.labels[said] ?? norwegian(said));
        if (label) element.setAttribute(name, label);
      }
    }
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const said = node.data.trim();
      const text = said && norwegian(said);
      if (text && text !== said && !isOurs(node.parentElement)) node.data = text;
    }
  };

  // The links of the head are a landmark; the one of the page that is shown says so.
  const markHead = () => {
    const links = document.querySelector(".st-key-pages");
    if (!links) return;
    if (links.getAttribute("role") !== "navigation") {
      links.setAttribute("role", "navigation");
      links.setAttribute("aria-label", WORDS.pages);
    }
    for (const link of links.querySelectorAll("a")) {
      const current = Boolean(link.closest(".st-key-link-current"));
      if (current && link.getAttribute("aria-current") !== "page") link.setAttribute("aria-current", "page");
      if (!current && link.hasAttribute("aria-current")) link.removeAttribute("aria-current");
    }
  };

  // Dialogs and lists are drawn outside the page; they take their colours from the document.
  const takeScheme = () => {
    const page = document.querySelector(".stApp");
    const scheme = page && getComputedStyle(page).colorScheme;
    if (scheme && document.documentElement.style.colorScheme !== scheme) {
      document.documentElement.style.colorScheme = scheme;
    }
  };

  // The theme changes with the reader's system, which may add nothing to the page that is heard of below.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const wait of [50, 250, 1000]) setTimeout(takeScheme, wait);
  });

  // A chart has its words in the name of its frame; the marks within would be told one by one, in English.
  // A chosen value in a box is a stop of its own: with a role its name is told.
  const quieten = () => {
    for (const chart of document.querySelectorAll("[data-testid=stVegaLiteChart] svg:not([aria-hidden])")) {
      chart.setAttribute("aria-hidden", "true");
      const frame = chart.closest("[data-testid=stVegaLiteChart]");
      frame.setAttribute("role", "img");
      frame.removeAttribute("aria-roledescription");
    }
    for (const tag of document.querySelectorAll("span[data-tag][aria-label]:not([role])")) tag.setAttribute("role", "group");
  };

  // Another page: whoever pressed its link goes on reading at its heading.
  const showPage = () => {
    if (shownPage === location.pathname) return;
    const heading = document.querySelector(".page-title, .start-title, .question");
    const current = document.querySelector(".st-key-link-current");
    if (!heading || !current) return;
    const first = shownPage === null;
    shownPage = location.pathname;
    if (first) return;
    setTimeout(() => {
      document.querySelector(".page-title, .start-title")?.focus({ preventScroll: true });
      document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
    }, 150);
  };

  const newestQuestion = () => [...document.querySelectorAll(".question")].at(-1);

  // A new question: bring it into view. Whoever pressed a button to ask it goes on reading from there.
  const show = () => {
    const newest = newestQuestion();
    if (!newest || newest.dataset.asked === shownTurn) return;
    shownTurn = newest.dataset.asked;
    setTimeout(() => {
      newest.scrollIntoView({ block: "start" });
      if (document.activeElement.matches("body, .stButton button, .stFormSubmitButton button")) newest.focus({ preventScroll: true });
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

  // Stopped, or waiting for its turn: said once, for nothing else on the page tells ears of it.
  const tellStage = () => {
    const doing = document.querySelector(".doing");
    const stopped = doing && document.querySelector(".stApp[data-test-script-state=notRunning]");
    const told = stopped ? doing.querySelector(".stopped") : document.querySelector(".doing--waiting > span");
    const words = told?.textContent ?? "";
    if (words && words !== toldStage) say(words);
    toldStage = words;
  };

  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.nodeType === Node.ELEMENT_NODE) translate(node);
      if (change.type === "attributes") translate(change.target);
      if (change.type === "characterData" && change.target.parentElement) translate(change.target.parentElement);
    }
    markHead();
    takeScheme();
    quieten();
    showPage();
    if (document.querySelector(".intro")) shownTurn = announcedTurn = null; // a conversation begins
    show();
    announce();
    tellStage();
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true,
    attributeFilter: ["aria-label", "title", "placeholder", "data-test-script-state"] });

  translate(document.body);

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
      return done(WORDS.copied);
    } catch {
      return done(WORDS.not_copied);
    }
  };

  // A row of the table of numbers opens the paragraph below it.
  const toggleRow = (row) => {
    const below = document.getElementById(row.dataset.row);
    const button = row.querySelector("[data-opens]");
    below.hidden = !below.hidden;
    button.setAttribute("aria-expanded", String(!below.hidden));
    button.firstChild.data = below.hidden ? button.dataset.show : button.dataset.hide;
  };

  document.addEventListener("click", (event) => {
    const toggle = event.target.closest?.(".filter-toggle"); // style.css shows the boxes by it
    if (toggle) toggle.setAttribute("aria-expanded", String(toggle.getAttribute("aria-expanded") !== "true"));
    const row = event.target.closest?.(".row[data-row]");
    const marking = getSelection().type === "Range" && row?.contains(getSelection().anchorNode);
    if (row && !marking) toggleRow(row); // a press that ends the marking of words opens nothing
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

  // Pointing at a number in the answer, or at a sentence that has one source, points at its source.
  const point = (event, on) => {
    const mark = event.target.closest?.("[data-source], [data-points]");
    const body = mark && document.getElementById(mark.dataset.source ?? mark.dataset.points);
    if (body) body.closest("details").classList.toggle("pointed", on);
  };
  for (const type of ["mouseover", "focusin"]) document.addEventListener(type, (event) => point(event, true));
  for (const type of ["mouseout", "focusout"]) document.addEventListener(type, (event) => point(event, false));
})();
