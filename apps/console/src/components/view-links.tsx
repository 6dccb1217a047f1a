import { Link, type LinkProps } from '@tanstack/react-router';

interface ViewLinksProps {
  /** What they are views of, for readers of screens. */
  readonly label: string;
  readonly views: readonly View[];
}

interface View {
  readonly word: string;
  readonly link: LinkProps;
  readonly current: boolean;
}

/** Views of one page. Which is shown is in the address. */
export function ViewLinks({ label, views }: ViewLinksProps) {
  return (
    <nav className="actions" aria-label={label}>
      {views.map(({ word, link, current }) => (
        <Link
          key={word}
          {...link}
          className={`button button-${current ? 'plain' : 'quiet'}`}
          aria-current={current ? 'page' : undefined}
        >
          {word}
        </Link>
      ))}
    </nav>
  );
}
