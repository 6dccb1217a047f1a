import { getRouteApi, Link } from '@tanstack/react-router';
import { Fact, Facts, Section } from '../../components/facts.js';
import { formatNumber } from '../../components/format.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { MissingScope } from '../../components/missing-scope.js';
import { PageHead } from '../../components/page-head.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { KeyGenerations } from './key-generations.js';
import { KeyHolders } from './key-holders.js';
import { KeyMigration } from './key-migration.js';
import { KeySteps } from './key-steps.js';
import { CeremoniesStay, NextRotation, Troubles } from './keys-page.js';
import { KEY_SCOPES, useKeys } from './use-keys.js';
import { rotationWords } from './words.js';

const route = getRouteApi('/inside/keys/$kind');

/** One kind of key: its generations, who holds them, and what is next. */
export function KeyKindPage() {
  const { kind: name } = route.useParams();
  const { may, query } = useKeys();
  return (
    <>
      <PageHead title={`Key ${name}`}>
        Key <UntrustedText>{name}</UntrustedText>
      </PageHead>
      {!may && <MissingScope what="Seeing the keys" scopes={KEY_SCOPES} />}
      {may && (
        <Loaded query={query}>
          {({ kinds, processes }) => {
            const kind = kinds.find((one) => one.kind === name);
            if (kind === undefined)
              return (
                <Empty>
                  There is no kind of key of this name. <Link to="/keys">All kinds</Link>
                </Empty>
              );
            return (
              <>
                <Troubles processes={processes} />
                <Section title="What it is">
                  <p>{kind.purpose}</p>
                  <Facts>
                    <Fact name="Next rotation">
                      <NextRotation kind={kind} now={Date.now()} />
                    </Fact>
                    <Fact name="Is rotated">{rotationWords(kind.rotation, formatNumber)}</Fact>
                    <Fact name="Retired generations">{formatNumber(kind.retired)}</Fact>
                  </Facts>
                </Section>
                <KeySteps kind={kind} />
                <KeyMigration kind={kind} />
                <KeyGenerations kind={kind} processes={processes.length} />
                <KeyHolders kind={kind} processes={processes} />
                <CeremoniesStay />
              </>
            );
          }}
        </Loaded>
      )}
    </>
  );
}
