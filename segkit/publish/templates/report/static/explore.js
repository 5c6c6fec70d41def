"use strict";
(function () {
  const names = "COLORS";
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const themed = (value) => {
    if (typeof value === "string") return names[value.toLowerCase()] ? css(names[value.toLowerCase()]) : value;
    if (Array.isArray(value)) return value.map(themed);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, themed(inner)]));
    }
    return value;
  };
  const axis = { gridcolor: "#D8DEE4", linecolor: "#59626D", zerolinecolor: "#D8DEE4" };
  const dressed = (spec) => {
    const layout = { ...spec.layout, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", autosize: true };
    delete layout.width;
    delete layout.height;
    delete layout.template;
    layout.font = { ...layout.font, color: "#1B1F24", family: "system-ui, sans-serif" };
    layout.margin = { l: 56, r: 16, t: 40, b: 56 };
    layout.legend = { ...layout.legend, orientation: "h", x: 0, xanchor: "left", y: -0.2, yanchor: "top" };
    layout.modebar = { bgcolor: "rgba(0,0,0,0)", color: "#59626D", activecolor: "#1B1F24" };
    ["xaxis", "yaxis"].forEach((name) => { layout[name] = { ...axis, ...layout[name] }; });
    return { data: themed(spec.data), layout: themed(layout) };
  };
  const config = { displaylogo: false, responsive: true, modeBarButtonsToRemove: ["lasso2d", "select2d"] };
  document.querySelectorAll(".explore").forEach((box) => {
    const spec = JSON.parse(box.querySelector("script").textContent);
    const drawings = box.querySelectorAll(".drawing");
    const button = document.createElement("button");
    const plot = document.createElement("div");
    plot.className = "plot";
    plot.hidden = true;
    button.type = "button";
    button.textContent = "Explore interactively";
    const draw = () => {
      const { data, layout } = dressed(spec);
      return window.Plotly.react(plot, data, layout, config);
    };
    button.addEventListener("click", () => {
      plot.hidden = !plot.hidden;
      drawings.forEach((drawing) => { drawing.style.display = plot.hidden ? "" : "none"; });
      button.textContent = plot.hidden ? "Explore interactively" : "Show the still chart";
      if (!plot.hidden) draw();
    });
    document.addEventListener("themechange", () => { if (!plot.hidden) draw(); });
    drawings[drawings.length - 1].after(plot, button);
  });
})();
