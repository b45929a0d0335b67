// The token of whoever has signed in. It lives as long as this tab, and is sent in a header only: never in a cookie.

const TOKEN = "ohjenuora.admin.token";
const NEXT = "ohjenuora.admin.next";

export const token = () => sessionStorage.getItem(TOKEN);
export const keepToken = (value) => sessionStorage.setItem(TOKEN, value);
export const forgetToken = () => sessionStorage.removeItem(TOKEN);

/** The page to go on to after signing in elsewhere. */
export const keepPlace = () => sessionStorage.setItem(NEXT, location.pathname + location.search + location.hash);

/** That page, once; only ever one of ours. */
export function placeKept() {
  const place = sessionStorage.getItem(NEXT) ?? "";
  sessionStorage.removeItem(NEXT);
  return place.startsWith("/admin/") ? place : "/admin";
}
