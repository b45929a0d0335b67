// The theme, chosen without loading the page again. Without this script the links do it.

const MEDIA = { system: "screen and (prefers-color-scheme: dark)", light: "not all", dark: "screen" };
const KEPT_S = 365 * 24 * 3600;
const links = Array.from(document.querySelectorAll("[data-theme]"));

for (const link of links) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab or window
    event.preventDefault();
    const chosen = link.dataset.theme;
    const seconds = chosen === "system" ? 0 : KEPT_S;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${chosen}; path=/; max-age=${seconds}; samesite=lax${secure}`;
    document.getElementById("dark").media = MEDIA[chosen];
    for (const each of links) each.toggleAttribute("aria-current", false);
    link.setAttribute("aria-current", "true");
  });
}
