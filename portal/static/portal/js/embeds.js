// Offers to allow videos and maps where one would stand. The consent script asks the
// server, and wakes the frame once the server has said yes.

function offer(button) {
  const embed = button.closest("[data-embed]");
  const failure = embed.querySelector("[data-embed-failure]");
  const group = button.dataset.embedAllow;

  button.addEventListener("click", () => {
    failure.hidden = true;
    const done = (isAllowed) => {
      failure.hidden = isAllowed;
      // The button is gone with the question; without this the focus would be lost.
      if (isAllowed) embed.querySelector("iframe")?.focus();
    };
    document.dispatchEvent(
      new CustomEvent("consent:allow", { detail: { group, done } }),
    );
  });
  button.hidden = false;
}

document.querySelectorAll("[data-embed-allow]").forEach(offer);
