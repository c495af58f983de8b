// Offers to allow videos and maps where one would stand. The consent script hears the
// button, asks the server, and wakes the frame once the server has said yes.

function offer(button) {
  const embed = button.closest("[data-embed]");
  // The button goes with its question; without this the focus would be lost.
  const moveFocus = (changes, observer) => {
    const frame = embed.querySelector("iframe");
    if (!frame) return;
    observer.disconnect();
    frame.focus();
  };
  button.addEventListener("click", () =>
    new MutationObserver(moveFocus).observe(embed, { childList: true }),
  );
  button.hidden = false;
}

document.querySelectorAll("[data-consent-only]").forEach(offer);
