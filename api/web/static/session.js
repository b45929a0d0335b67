// Where somebody was before they signed in elsewhere. The sign-in itself is a cookie that no script can read.

const NEXT = "ohjenuora.admin.next";

/** The page to go on to after signing in elsewhere: this one, or another of ours. */
export const keepPlace = (place = location.pathname + location.search + location.hash) => sessionStorage.setItem(NEXT, place);

/** That page, once; only ever one of ours. */
export function placeKept() {
  const place = sessionStorage.getItem(NEXT) ?? "";
  sessionStorage.removeItem(NEXT);
  return /^\/(?![/\\])/.test(place) ? place : "/admin";
}
