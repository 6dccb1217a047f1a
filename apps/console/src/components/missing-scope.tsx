import { Notice } from './facts.js';

interface MissingScopeProps {
  /** What one cannot do: `See who tried`. */
  readonly what: string;
  /** One of these is needed. */
  readonly scopes: readonly string[];
}

/** What the person cannot do here, and which right is missing, instead of a button that does nothing. */
export function MissingScope({ what, scopes }: MissingScopeProps) {
  return (
    <Notice>
      {what} takes the right{' '}
      {scopes.map((scope, index) => (
        <span key={scope}>
          {index > 0 && ' or '}
          <code>{scope}</code>
        </span>
      ))}
      , which your login does not have. Ask who administers your account.
    </Notice>
  );
}
