// HTML made by the server; what the reader does in it goes back as named events.
export default {
  async render({ model, el }) {
    await enter(model, el);
    const send = (node, value) => model.send({ type: "event", name: node.dataset.event, value });
    const draw = () => {
      const open = new Set([...el.querySelectorAll("details[open][data-key]")].map((d) => d.dataset.key));
      const focus = el.contains(document.activeElement) ? document.activeElement.closest("[data-key]")?.dataset.key : undefined;
      const scrolled = [...el.querySelectorAll(".jp-wb-strip")].map((s) => s.scrollLeft);
      el.innerHTML = model.get("html");
      for (const details of el.querySelectorAll("details[data-key]")) if (open.has(details.dataset.key)) details.open = true;
      [...el.querySelectorAll(".jp-wb-strip")].forEach((s, i) => { s.scrollLeft = scrolled[i] ?? 0; });
      if (focus) el.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
      const link = el.querySelector("[data-link]")?.dataset.link;
      if (link && document.body.dataset.voila) history.replaceState(null, "", linked(link));
      const spoken = el.querySelector("[data-lang]")?.dataset.lang;
      if (spoken && document.body.dataset.voila) root.lang = spoken;
    };
    const linked = (link) => {
      const url = new URL(location.href);
      for (const [name, value] of new URLSearchParams(link)) value ? url.searchParams.set(name, value) : url.searchParams.delete(name);
      return url.href;
    };
    const said = (node) => { const old = node.textContent; node.textContent = node.dataset.done; setTimeout(() => { node.textContent = old; }, 1500); };
    el.addEventListener("click", (event) => {
      const node = event.target.closest("button");
      if (!node) return;
      if (node.dataset.copy !== undefined) copy(node.dataset.copy || el.querySelector(node.dataset.from)?.textContent || "", () => said(node));
      else if (node.dataset.link !== undefined) copy(linked(node.dataset.link), () => said(node));
      else if (node.dataset.theme !== undefined) nextTheme();
      else if (node.dataset.event) send(node, node.dataset.value);
    });
    el.addEventListener("input", (event) => {
      const twin = event.target.dataset.twin && el.querySelector(`[data-key="${CSS.escape(event.target.dataset.twin)}"]`);
      if (twin) twin.value = event.target.value;
    });
    el.addEventListener("change", (event) => {
      const node = event.target;
      if (!node.dataset.event) return;
      if (node.type === "checkbox") send(node, { name: node.name, value: node.checked });
      else if (node.type === "number" || node.type === "range") { if (node.value !== "") send(node, { name: node.name, value: Number(node.value) }); }
      else send(node, { name: node.name, value: node.value });
    });
    draw();
    const stop = files(model, (text) => { const node = el.querySelector("[data-say]"); if (node) node.textContent = text; });
    model.on("change:html", draw);
    return () => { stop(); model.off("change:html", draw); };
  },
};
