import { piecesOf } from './invisible.js';

/**
 * A text that somebody else wrote: a reason, a reference, a name, a client id. It is shown as text, apart from the
 * direction of what is around it, and a character that nobody would see is shown as its number.
 */
export function UntrustedText({ children }: { readonly children: string }) {
  return (
    <bdi className="untrusted">
      {piecesOf(children).map((piece, index) =>
        piece.kind === 'text' ? (
          piece.text
        ) : (
          <span key={index} className="invisible-character" title={piece.name}>
            {piece.code}
          </span>
        ),
      )}
    </bdi>
  );
}

/** Where a call came from; in one piece where there is room. */
export function Address({ children }: { readonly children: string }) {
  return (
    <span className="address">
      <UntrustedText>{children}</UntrustedText>
    </span>
  );
}

/** An id of the service, in figures of one width; short where there is little room. */
export function Id({ children }: { readonly children: string }) {
  return (
    <code className="id">
      <UntrustedText>{children}</UntrustedText>
    </code>
  );
}
