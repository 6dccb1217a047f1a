import { useEffect, useRef, type ReactNode } from 'react';
import { plainText } from './invisible.js';

interface PageHeadProps {
  /** Of the document too; what somebody else wrote in it is made visible. */
  readonly title: string;
  /** What is shown in the heading, where that is more than the title. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** The first page has the focus where browsers put it: at the top. */
let isFirst = true;

/** Heading of a page. It takes the focus when the page is come to, so that readers of screens hear where they are. */
export function PageHead({ title, children, actions }: PageHeadProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const plain = plainText(title);
  useEffect(() => {
    document.title = `${plain} · Pinward console`;
  }, [plain]);
  useEffect(() => {
    if (!isFirst) heading.current?.focus();
    isFirst = false;
  }, []);
  return (
    <div className="page-head">
      <h1 ref={heading} tabIndex={-1}>
        {children ?? title}
      </h1>
      {actions !== undefined && <div className="actions">{actions}</div>}
    </div>
  );
}
