// A file that only those who have signed in may have: fetched with the token, then handed to the browser.

import { api } from "./admin.js";
import { el } from "./elements.js";

export async function download(path, name) {
  const response = await api(path, { raw: true });
  const address = URL.createObjectURL(await response.blob());
  const link = el("a", { href: address, download: name, hidden: "" });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser has begun to read it by then; it is freed when it has read it all.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
