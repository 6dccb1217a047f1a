/** The name of a key or of its kind, in one piece. */
export function KeyName({ children }: { readonly children: string }) {
  return <span className="key-name">{children}</span>;
}
