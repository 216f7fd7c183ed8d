// Thumbnails by keys and by dragging, and files that are dropped. The thumbnails only fill in the form beside
// them: what is done is what stands there, and without this script it is typed.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const composing = (event) => event.isComposing || event.keyCode === 229;
  document.querySelectorAll(".scripted").forEach((one) => { one.hidden = false; });

  const list = $("thumbs");
  const plan = $("plan");
  if (list) {
    const moves = list.dataset.moves === "yes";
    const items = () => [...list.children];
    const chosen = () => items().filter((item) => item.getAttribute("aria-selected") === "true");
    const page = (item) => Number(item.dataset.page);
    const field = (name) => plan?.elements[name];
    const undo = [];
    const remember = () => undo.push([items(), field("starts")?.value, field("turned")?.value]);
    const starts = () => (field("starts")?.value || "").split(/[,;]/).map((part) => part.trim()).filter(Boolean);
    const draw = () => {
      const begun = starts().map((part) => Number(part.split("=")[0]));
      const turned = (field("turned")?.value || "").split(/[ ,;]+/).map(Number);
      for (const item of items()) {
        item.classList.toggle("start", begun.includes(page(item)));
        item.classList.toggle("left-out", Number(field("out")?.value) === page(item));
        item.firstElementChild.className = turned.includes(page(item)) ? `turn${field("by").value}` : "";
      }
      if (moves && field("order")) field("order").value = items().map(page).join(" ");
    };
    const focus = (item) => {
      if (!item) return;
      items().forEach((one) => { one.tabIndex = one === item ? 0 : -1; });
      item.focus();
    };
    const select = (item, on) => item.setAttribute("aria-selected", on);
    const split = (item, on) => {
      if (!field("starts") || page(item) === 1) return;
      remember();
      const others = starts().filter((part) => Number(part.split("=")[0]) !== page(item));
      const all = on ? [...others, String(page(item))] : others;
      field("starts").value = all.sort((a, b) => parseInt(a, 10) - parseInt(b, 10)).join(", ");
      draw();
    };
    const turn = (item, by) => {
      if (!field("turned")) return;
      remember();
      const pages = (chosen().length ? chosen() : [item]).map(page);
      field("turned").value = pages.join(" ");
      field("by").value = by;
      draw();
    };
    const carry = (item, by) => {
      if (!moves) return;
      remember();
      const all = items();
      const group = chosen().includes(item) ? chosen() : [item];
      const edge = all.indexOf(by < 0 ? group[0] : group[group.length - 1]) + by;
      if (!all[edge]) return;
      if (by < 0) all[edge].before(...group); else all[edge].after(...group);
      draw();
      focus(item);
    };
    const enlarge = (item) => {
      const image = $("large").querySelector("img");
      image.src = item.dataset.large;
      image.alt = item.textContent;
      $("large").showModal();
    };
    const step = (item, by, extend) => {
      const all = items();
      const next = all[Math.min(all.length - 1, Math.max(0, all.indexOf(item) + by))];
      if (extend) { select(item, true); select(next, true); }
      focus(next);
    };
    const across = () => {
      const [first, ...rest] = items();
      const below = rest.findIndex((item) => item.offsetTop > first.offsetTop + 20);
      return below < 0 ? items().length : below + 1;
    };
    list.addEventListener("keydown", (event) => {
      const item = event.target.closest("li");
      if (!item || composing(event) || event.altKey || event.metaKey) return;
      const keys = event.ctrlKey ? {
        ArrowUp: () => carry(item, -1), ArrowDown: () => carry(item, 1),
        KeyZ: () => {
          const before = undo.pop();
          if (!before) return;
          list.append(...before[0]);
          if (field("starts")) field("starts").value = before[1];
          if (field("turned")) field("turned").value = before[2];
          draw();
          focus(item);
        },
      } : {
        ArrowRight: () => step(item, 1, event.shiftKey), ArrowLeft: () => step(item, -1, event.shiftKey),
        ArrowDown: () => step(item, across(), event.shiftKey), ArrowUp: () => step(item, -across(), event.shiftKey),
        Home: () => focus(items()[0]), End: () => focus(items().at(-1)),
        Space: () => select(item, item.getAttribute("aria-selected") !== "true"),
        KeyT: () => split(item, true), KeyN: () => split(item, false),
        Comma: () => turn(item, 270), Period: () => turn(item, 90),
        KeyL: () => { if (field("out")) { field("out").value = page(item); draw(); field("reason").focus(); } },
        KeyC: () => { if (field("moved")) { field("moved").value = page(item); field("to").focus(); } else field("code")?.focus(); },
        Enter: () => enlarge(item),
      };
      if (!keys[event.code]) return;
      event.preventDefault();
      keys[event.code]();
    });
    list.addEventListener("click", (event) => {
      const item = event.target.closest("li");
      if (!item) return;
      select(item, item.getAttribute("aria-selected") !== "true");
      focus(item);
    });
    list.addEventListener("dblclick", (event) => { const item = event.target.closest("li"); if (item) enlarge(item); });
    // Enter in a field means the button beside it, and after a reason what the reason is for: else it would be the
    // first button of the form.
    plan?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || composing(event) || event.target.tagName === "BUTTON") return;
      const beside = (name) => field(name)?.value && field(name).closest("div").querySelector("button");
      const button = event.target.name === "reason"
        ? beside("out") || beside("moved") || beside("code") : event.target.closest("div")?.querySelector("button");
      if (!button) return;
      event.preventDefault();
      plan.requestSubmit(button);
    });
    plan?.addEventListener("input", (event) => { if (event.target.name !== "order") draw(); });
    if (moves) {
      let dragged = null;
      items().forEach((item) => { item.draggable = true; });
      list.addEventListener("dragstart", (event) => {
        dragged = event.target.closest("li");
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", dragged.dataset.page);
      });
      list.addEventListener("dragover", (event) => {
        const over = event.target.closest("li");
        if (!dragged || !over) return;
        event.preventDefault();
        items().forEach((item) => item.classList.toggle("over", item === over && item !== dragged));
      });
      list.addEventListener("drop", (event) => {
        const over = event.target.closest("li");
        if (!dragged || !over || over === dragged) return;
        event.preventDefault();
        remember();
        const group = chosen().includes(dragged) ? chosen() : [dragged];
        if (items().indexOf(dragged) < items().indexOf(over)) over.after(...group); else over.before(...group);
        draw();
      });
      list.addEventListener("dragend", () => { dragged = null; items().forEach((item) => item.classList.remove("over")); });
    }
    draw();
  }

  const drop = $("drop");
  if (drop) {
    const { csrf, most, done, running, failed } = drop.dataset;
    drop.classList.add("scripted");
    drop.addEventListener("submit", (event) => event.preventDefault());
    const tell = (line, state, text) => { line.className = state; line.textContent = text; };
    const send = async (file) => {
      const line = document.createElement("li");
      $("uploads").prepend(line);
      tell(line, "", `${file.name}: ${running}`);
      if (file.size > most * 1048576) return tell(line, "failed", `${file.name} ${failed} > ${most} MiB`);
      const query = new URLSearchParams({ code: $("code").value.trim() });
      try {
        const answer = await fetch(`/upload/${encodeURIComponent(file.name)}?${query}`, {
          method: "PUT", body: file, headers: { "X-Csrf": csrf, Accept: "application/json" },
        });
        const told = await answer.json();
        if (answer.ok) tell(line, "done", `${file.name} ${done} ${told.path}`);
        else tell(line, "failed", `${file.name} ${failed} ${told.error}`);
      } catch {
        tell(line, "failed", `${file.name} ${failed} –`);
      }
    };
    // One after the other: what is sent first is there first.
    let line = Promise.resolve();
    const take = (files) => [...files].forEach((file) => { line = line.then(() => send(file)); });
    $("files").addEventListener("change", (event) => { take(event.target.files); event.target.value = ""; });
    for (const kind of ["dragenter", "dragover"]) {
      drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
    }
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      take(event.dataTransfer.files);
    });
  }
})();
