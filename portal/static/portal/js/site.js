// Small comforts. Every page works without them.

function wakeFilter(filter) {
  const input = filter.querySelector("input");
  const count = filter.querySelector("[role=status]");
  const items = [...document.querySelectorAll("[data-filter-item]")];
  const groups = [...document.querySelectorAll("[data-filter-group]")];

  // Other names count, though they are not shown.
  const textOf = (item) => `${item.textContent} ${item.dataset.names ?? ""}`.toLowerCase();

  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().match(/\S+/g) ?? [];
    for (const item of items) {
      const text = textOf(item);
      item.hidden = !words.every((word) => text.includes(word));
    }
    for (const group of groups) {
      group.hidden = !group.querySelector("[data-filter-item]:not([hidden])");
    }
    const shown = items.filter((item) => !item.hidden).length;
    count.textContent = words.length ? `${shown} of ${items.length} shown` : "";
  });
  filter.hidden = false;
}

document.querySelectorAll("[data-filter]").forEach(wakeFilter);

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(source.innerText);
    const told = button.nextElementSibling;
    told.textContent = told.dataset.copied;
  });
}

window.addEventListener("beforeprint", () => {
  const today = new Date().toLocaleDateString("en-GB", { dateStyle: "long" });
  for (const place of document.querySelectorAll("[data-printed-on]")) {
    place.textContent = ` on ${today}`;
  }
});
