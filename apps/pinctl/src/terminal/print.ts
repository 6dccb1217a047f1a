/** Prints a result to standard output: for programs as JSON, for people as text. */
export function print(json: true | undefined, value: unknown, text: string): void {
  console.log(json === true ? JSON.stringify(value, null, 2) : text);
}
