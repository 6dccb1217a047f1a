import { getRouteApi } from '@tanstack/react-router';
import { loginAddress } from '../../api/session.js';
import { PageHead } from '../../components/page-head.js';
import type { REASONS } from './search.js';

const route = getRouteApi('/signed-out');

/**
 * Works without a session: the end of a login that failed, or of a session. From here the provider asks anew who it is: by
 * itself it would let in the same account again, which is the wrong one, or that of a person who has left.
 */
export function SignedOutPage() {
  const { reason } = route.useSearch();
  const { title, text } = reason === undefined ? SIGNED_OUT : TEXTS[reason];
  return (
    <main className="alone" id="page">
      <PageHead title={title} />
      <p>{text}</p>
      <p>
        <a className="button button-primary" href={loginAddress('/console/', reason !== 'unavailable')}>
          Sign in
        </a>
      </p>
    </main>
  );
}

interface Text {
  readonly title: string;
  readonly text: string;
}

const SIGNED_OUT: Text = {
  title: 'You are signed out',
  text: 'The session of this browser has ended. Unless the identity provider has just signed you out, your login there may still be there: where others use this machine, sign out there as well.',
};

const TEXTS: Readonly<Record<(typeof REASONS)[number], Text>> = {
  refused: {
    title: 'The login was refused',
    text: 'The identity provider did not let you in, or the login took too long. Try again, with the account that you work with.',
  },
  unavailable: {
    title: 'The login is not available',
    text: 'The identity provider or the service does not answer. Try again in a minute; if that does not help, tell those who run the service.',
  },
  no_rights: {
    title: 'You have no rights here',
    text: 'The identity provider knows you, but gives you no rights for this tenant. Ask who administers your account.',
  },
};
