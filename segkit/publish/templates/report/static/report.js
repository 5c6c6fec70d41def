"use strict";
(function () {
  const root = document.documentElement;
  root.classList.add("js");
  const buttons = document.querySelector(".buttons");
  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", () => act(made));
    buttons.append(made);
    return made;
  };
  const codes = document.querySelectorAll("details.code");
  if (codes.length) {
    const show = button("Show code", () => {
      const on = root.classList.toggle("show-code");
      codes.forEach((code) => { code.open = on; });
      show.textContent = on ? "Hide code" : "Show code";
    });
  }
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const theme = button("", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    label();
    document.dispatchEvent(new Event("themechange"));
  });
  const label = () => { theme.textContent = isDark() ? "Light page" : "Dark page"; };
  system.addEventListener("change", label);
  label();
  buttons.hidden = false;

  const reveal = () => {  // browsers that do not unfold what a link leads to
    const target = document.querySelector(":target");
    let folded = false;
    for (let box = target; box; box = box.parentElement) {
      if (box.tagName === "DETAILS" && !box.open) { box.open = true; folded = true; }
    }
    if (folded) target.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  reveal();

  const contents = document.querySelector(".contents details");
  if (contents) {
    const wide = window.matchMedia("(min-width: 68rem)");
    const fit = () => { contents.open = wide.matches; };
    wide.addEventListener("change", fit);
    fit();
    let wasOpen = contents.open;
    window.addEventListener("beforeprint", () => { wasOpen = contents.open; contents.open = true; });
    window.addEventListener("afterprint", () => { contents.open = wasOpen; });
    const links = new Map();
    contents.querySelectorAll('a[href^="#"]').forEach((link) => links.set(link.hash.slice(1), link));
    const heads = [...links.keys()].map((id) => document.getElementById(decodeURIComponent(id))).filter(Boolean);
    const mark = () => {
      let current = heads[0];
      heads.forEach((head) => { if (head.getBoundingClientRect().top < 120) current = head; });
      if (window.innerHeight + window.scrollY >= root.scrollHeight - 4) current = heads[heads.length - 1];
      links.forEach((link, id) => {
        if (current && decodeURIComponent(id) === current.id) link.setAttribute("aria-current", "location");
        else link.removeAttribute("aria-current");
      });
    };
    let waiting = false;
    document.addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      window.requestAnimationFrame(() => { waiting = false; mark(); });
    }, { passive: true });
    mark();
  }
})();
