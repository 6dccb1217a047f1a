import { lazy, Suspense, useState, type ComponentType } from 'react';

/**
 * A component that is fetched when it is first opened, so that the first page does without it. From then on it stays, since
 * it gives the focus back when it closes.
 *
 * @param load gives its module
 */
export function whenOpened<Props extends { readonly open: boolean }>(
  load: () => Promise<{ readonly default: ComponentType<Props> }>,
) {
  // React's `lazy` forgets the props of what it wraps once they are generic.
  const Fetched = lazy(load) as unknown as ComponentType<Props>;
  return function WhenOpened(props: Props) {
    const [wasOpened, setWasOpened] = useState(props.open);
    if (props.open && !wasOpened) setWasOpened(true);
    if (!wasOpened) return null;
    return (
      <Suspense fallback={null}>
        <Fetched {...props} />
      </Suspense>
    );
  };
}
