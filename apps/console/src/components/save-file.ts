/** Gives the browser a file to keep, made here. @param type media type, such as `application/json` */
export function saveFile(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken hold of it by the next turn.
  window.setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
