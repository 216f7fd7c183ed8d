// The desk by keys: decisions are sent one after the other while the person goes on, the page follows the
// fact, and nothing that is being typed is ever touched. Without this script every form works as well.
"use strict";
(() => {
  const data = document.getElementById("desk-data");
  if (!data) return;
  const $ = (id) => document.getElementById(id);
  const { base, csrf } = data.dataset;
  const [stage, said, done] = [$("stage"), $("saved"), $("done")];
  const [sheet, image] = [stage.querySelector(".sheet"), stage.querySelector("img")];
  const [marks, forms] = [[...stage.querySelectorAll("rect")], [...document.querySelectorAll("form.fact")]];
  const composing = (event) => event.isComposing || event.keyCode === 229;
  const input = (form) => form.elements.value;
  const is = (state) => (form) => form.classList.contains(state);
  const say = (text) => { said.textContent = text; };
  document.querySelectorAll(".scripted").forEach((one) => { one.hidden = false; });
  // Tab meets the facts that wait and the buttons below; these have keys of their own.
  document.querySelectorAll("form.fact button, .tools button, .tools a, #edit").forEach((one) => { one.tabIndex = -1; });

  // The page.
  let [at, zoom, turn, pinned] = [Number(stage.dataset.at), Number(sessionStorage.deskZoom) || 1.3, 0, false];
  let before = zoom;
  const draw = () => {
    sheet.style.width = `${zoom * 100}%`;
    const [width, height] = [sheet.offsetWidth, sheet.offsetHeight];
    sheet.style.rotate = `${turn * 90}deg`;
    sheet.style.margin = turn % 2 ? `${(width - height) / 2}px ${Math.max(0, (height - width) / 2)}px` : "0 auto";
    const size = zoom * stage.clientWidth > 1500 ? "full" : "1240";
    const source = stage.dataset.image + at + stage.dataset.behind.replace("/1240", `/${size}`);
    if (image.getAttribute("src") !== source) image.src = source;
    document.querySelector("[data-zoom]").textContent = `${Math.round(zoom * 100)}%`;
  };
  const enlarge = (factor) => {
    zoom = Math.min(4, Math.max(0.2, factor));
    sessionStorage.deskZoom = zoom;
    draw();
  };
  const whole = () => zoom * sheet.offsetHeight / zoom > stage.clientHeight
    ? (before = zoom, enlarge(zoom * (stage.clientHeight - 20) / sheet.offsetHeight)) : (enlarge(before), show(current));
  const leaf = (page) => {
    if (page < 1 || page > Number(stage.dataset.pages) || page === at) return;
    [at, turn] = [page, 0];
    stage.setAttribute("aria-busy", "true");
    document.querySelector("[data-page]").textContent = page;
    marks.forEach((mark) => mark.classList.toggle("off", Number(mark.dataset.page) !== page));
    draw();
    stage.scrollTop = 0;
  };
  image.addEventListener("load", () => { stage.removeAttribute("aria-busy"); draw(); if (current) reveal(); });
  let current = null;
  const reveal = () => {
    const mark = marks.find((one) => one.dataset.mark === current.dataset.name && !one.classList.contains("off"));
    if (!mark || pinned) return;
    const [place, frame] = [mark.getBoundingClientRect(), stage.getBoundingClientRect()];
    if (place.top < frame.top || place.bottom > frame.bottom) stage.scrollTop += place.top - frame.top - frame.height * 0.35;
    if (place.left < frame.left || place.right > frame.right) stage.scrollLeft += place.left - frame.left - frame.width * 0.1;
  };
  const show = (form) => {
    current = form;
    if (!form) return;
    marks.forEach((mark) => mark.classList.toggle("now", mark.dataset.mark === form.dataset.name));
    const page = Number(form.dataset.page);
    if (page && page !== at && !pinned) leaf(page);
    reveal();
  };
  const pin = () => {
    pinned = !pinned;
    document.querySelector("[data-tool=pin]").setAttribute("aria-pressed", pinned);
  };
  const rotate = (by) => { turn = (turn + by + 4) % 4; draw(); };
  const tools = {
    larger: () => enlarge(zoom * 1.25), smaller: () => enlarge(zoom / 1.25), whole,
    left: () => rotate(-1), right: () => rotate(1), pin,
  };
  document.querySelectorAll("[data-tool]").forEach((tool) => tool.addEventListener("click", tools[tool.dataset.tool]));
  document.querySelectorAll(".leaf a").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    leaf(at + (link.rel === "next" ? 1 : -1));
  }));

  // A word that is pointed at is typed: in the place of what is selected, else behind it.
  const read = new Map();
  sheet.addEventListener("click", async (event) => {
    const page = at;
    if (!current || turn || !input(current).offsetParent || current.elements.again) return;
    if (!read.has(page)) {
      const answer = await fetch(`${base}/words/${page}`).catch(() => null);
      if (!answer || !answer.ok) return;
      read.set(page, await answer.json());
    }
    const frame = sheet.getBoundingClientRect();
    const [x, y] = [1000 * (event.clientX - frame.left) / frame.width, 1000 * (event.clientY - frame.top) / frame.height];
    const word = read.get(page).find(([, [left, top, width, height]]) => x >= left && x <= left + width && y >= top && y <= top + height);
    if (!word) return;
    const field = input(current);
    const whole = field.selectionStart === 0 && field.selectionEnd === field.value.length;
    field.value = whole ? word[0] : `${field.value} ${word[0]}`;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  });

  // The facts.
  const focus = (form) => { input(form).focus(); input(form).select(); };
  const go = (from) => {
    const after = forms.slice(forms.indexOf(from) + 1).find(is("open")) || forms.find((one) => one !== from && is("open")(one));
    if (after) focus(after); else $("f-done").focus();
  };
  const put = (form, state) => {
    form.classList.remove("open", "decided", "sure", "none");
    form.classList.add(state);
  };
  const count = () => {
    const [open, asked] = [forms.filter(is("open")).length, forms.filter((one) => is("open")(one) || is("decided")(one)).length];
    $("left").textContent = `${$("left").dataset.left} ${open}/${asked}`;
    return open;
  };
  const waiting = new Set();
  const take = (answer) => {
    say(answer.saved);
    for (const fact of answer.facts) {
      const form = forms.find((one) => one.dataset.name === fact.name);
      if (!form || waiting.has(form)) continue;
      put(form, fact.state);
      form.querySelector(".shown").textContent = fact.value || "–";
      form.querySelector(".about").textContent = fact.about;
      if (document.activeElement !== input(form)) input(form).value = fact.value;
      input(form).defaultValue = fact.value;
    }
    count();
  };
  const refuse = (form, text) => {
    if (form.elements.again) form.elements.again.value = input(form).value = "";
    put(form, "open");
    form.querySelector(".bad").textContent = text;
    input(form).setAttribute("aria-invalid", "true");
    say(`${form.querySelector("label").textContent}: ${text}`);
    count();
  };
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  let offline = false;
  const post = async (address, body) => {
    for (;;) {
      try {
        const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true });
        if (offline) say(said.dataset.online);
        offline = false;
        return answer;
      } catch {
        offline = true;
        say(said.dataset.offline);
        await pause(3000);
      }
    }
  };
  window.addEventListener("beforeunload", (event) => { if (waiting.size) event.preventDefault(); });
  // One after the other, so that what was decided last holds.
  let line = Promise.resolve(true);
  const decide = (form, submitter) => {
    // What is keyed blind is keyed twice.
    const again = form.elements.again;
    if (again && !["absent", "clear"].includes(submitter?.value) && input(form).value && !again.value) { again.focus(); return; }
    const body = new URLSearchParams(new FormData(form, submitter));
    form.querySelector(".bad").textContent = "";
    input(form).removeAttribute("aria-invalid");
    waiting.add(form);
    if (body.get("take")) input(form).value = body.get("take");
    if (body.get("does") === "clear") { put(form, "open"); focus(form); } else { put(form, "decided"); go(form); }
    count();
    line = line.then(() => deliver(form, body)).catch(() => refuse(form, said.dataset.notSaved));
  };
  const deliver = async (form, body) => {
    const answer = await post(form.action, body);
    waiting.delete(form);
    const kind = answer.headers.get("content-type") || "";
    if (!kind.includes("json")) return refuse(form, answer.redirected ? said.dataset.session : said.dataset.notSaved);
    const told = await answer.json();
    if (told.stale) return location.assign(base + location.search);
    if (told.error !== undefined) return refuse(form, told.error);
    take(told);
  };
  const candidates = (form) => [...form.querySelectorAll(".candidates button")];
  let typed = 0;
  const complete = async (form, number) => {
    const query = new URLSearchParams({ field: form.dataset.name, typed: input(form).value });
    const answer = await fetch(`${base}/complete?${query}`).catch(() => null);
    if (!answer || !answer.ok || number !== typed) return;
    const items = (await answer.json()).map(({ value, source }) => {
      const [item, button, name, from] = ["li", "button", "span", "span"].map((tag) => document.createElement(tag));
      [name.textContent, from.textContent, from.className] = [value, source, "faint"];
      [button.name, button.value, button.tabIndex] = ["take", value, -1];
      button.append(name, " ", from);
      item.append(button);
      return item;
    });
    form.querySelector(".candidates").replaceChildren(...items);
  };
  const edit = () => {
    const link = $("edit");
    const on = $("facts").classList.toggle("editing");
    link.textContent = on ? link.dataset.on : link.dataset.off;
    if (current && input(current).offsetParent) focus(current); else go(null);
  };
  $("edit")?.addEventListener("click", (event) => { event.preventDefault(); edit(); });
  const finish = async () => {
    say(said.dataset.sealing);
    await line;
    const typed = forms.find((form) => input(form).offsetParent && !input(form).hasAttribute("aria-invalid") && input(form).value !== input(form).defaultValue);
    if (typed) {
      focus(typed);
      return say(`${typed.querySelector("label").textContent}: ${said.dataset.typed}`);
    }
    if (waiting.size === 0 && !forms.some((form) => input(form).hasAttribute("aria-invalid"))) done.submit();
    else focus(forms.find((form) => input(form).hasAttribute("aria-invalid")) || forms[0]);
  };
  done.addEventListener("submit", (event) => { event.preventDefault(); finish(); });
  for (const form of forms) {
    form.addEventListener("submit", (event) => { event.preventDefault(); decide(form, event.submitter); });
    form.addEventListener("focusin", () => show(form));
    input(form).addEventListener("input", () => {
      const number = ++typed;
      setTimeout(() => { if (number === typed) complete(form, number); }, 200);
    });
    form.addEventListener("keydown", (event) => {
      if (composing(event) || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      const list = candidates(form);
      const here = list.indexOf(event.target);
      const keys = {
        ArrowDown: () => list[Math.min(here + 1, list.length - 1)]?.focus(),
        ArrowUp: () => (here > 0 ? list[here - 1] : here === 0 ? input(form) : null)?.focus(),
        F8: () => decide(form, form.querySelector("[value=absent]")),
        F2: edit,
        Escape: () => {
          if (here >= 0) input(form).focus();
          else if (input(form).value !== input(form).defaultValue) { input(form).value = input(form).defaultValue; input(form).select(); } else stage.focus();
        },
      };
      if (!keys[event.code]) return;
      event.preventDefault();
      keys[event.code]();
    });
  }

  // Keys of the desk as a whole, and of the page while it has the focus.
  let letters = localStorage.deskLetters !== "off";
  const wide = {
    "Ctrl+Enter": () => {
      const open = forms.filter(is("open"));
      if (open.length) { focus(open[0]); say(`${open.length} ${said.dataset.left}`); } else finish();
    },
    "Alt+PageDown": () => line.then(() => $("skip").click()),
    "Alt+PageUp": () => line.then(() => $("previous")?.click()),
    PageDown: () => leaf(at + 1),
    PageUp: () => leaf(at - 1),
    "Shift+PageUp": tools.larger,
    "Shift+PageDown": tools.smaller,
    "Shift+Enter": whole,
  };
  const paged = {
    Equal: tools.larger, NumpadAdd: tools.larger, Minus: tools.smaller, NumpadSubtract: tools.smaller,
    Digit0: whole, Numpad0: whole, Comma: tools.left, Period: tools.right, KeyG: pin,
    Enter: () => (current && input(current).offsetParent ? focus(current) : go(null)), F2: edit,
  };
  document.addEventListener("keydown", (event) => {
    if (composing(event) || event.defaultPrevented || event.metaKey || $("keys").open) return;
    const held = `${event.ctrlKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.shiftKey ? "Shift+" : ""}`;
    const code = event.code === "NumpadEnter" ? "Enter" : event.code;
    let act = wide[held + code];
    if (document.activeElement === stage && (held === "" || (held === "Shift+" && code === "Equal"))) {
      act ??= letters || !/^(Key|Comma|Period)/.test(code) ? paged[code] : undefined;
    }
    if (event.key === "?" && letters && !document.activeElement.matches("input, select, textarea")) act = () => $("keys").showModal();
    if (!act) return;
    event.preventDefault();
    act();
  });
  $("help").addEventListener("click", () => $("keys").showModal());
  const label = () => {
    $("letters").textContent = letters ? $("letters").dataset.on : $("letters").dataset.off;
    $("letters").setAttribute("aria-pressed", letters);
  };
  $("letters").addEventListener("click", () => {
    letters = !letters;
    localStorage.deskLetters = letters ? "on" : "off";
    label();
  });
  label();

  // A page that lies open and is not looked at keeps nobody else away.
  const away = 300000;
  let moved = Date.now();
  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"]) {
    window.addEventListener(kind, () => { moved = Date.now(); }, { capture: true, passive: true });
  }
  setInterval(async () => {
    if (document.hidden || Date.now() - moved > away) return;
    const answer = await fetch(`${base}/beat`, { method: "POST", body: new URLSearchParams({ csrf }) }).catch(() => null);
    const kind = answer?.headers.get("content-type") || "";
    if (kind.includes("json")) { const { held } = await answer.json(); if (held) say(held); }
  }, 20000);

  draw();
  const wanted = location.hash.startsWith("#f-") && $(location.hash.slice(1));
  if (wanted && wanted.offsetParent) { wanted.focus(); wanted.select?.(); } else if (forms.length) go(null);
})();
