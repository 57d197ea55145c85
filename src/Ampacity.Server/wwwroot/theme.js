// Keeps the reader's choice of theme, so that the server renders the next page in it.
export function remember(isDark) {
  document.cookie = `ampacity-theme=${isDark ? 'dark' : 'light'}; path=/; max-age=31536000; samesite=lax`;
}
