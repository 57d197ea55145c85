// Scrolls a list so that a line stands in sight; it stays where it is if the line is in sight already.
export function reveal(list, top, height) {
  if (list && (top < list.scrollTop || top + height > list.scrollTop + list.clientHeight)) {
    list.scrollTop = Math.max(0, top - list.clientHeight / 3);
  }
}
