import { useQuery } from '@tanstack/react-query';
import { answered, api, under, type Schemas } from '../../api/client.js';
import { useDraft } from '../../api/draft.js';
import { useIntention } from '../../api/intention.js';
import { useMay } from '../../api/session.js';
import { ApprovalAsked, isAsked } from '../../components/approval-asked.js';
import { ChoiceField } from '../../components/choice-field.js';
import { DataTable } from '../../components/data-table.js';
import { Fact, Facts, Notice, Section } from '../../components/facts.js';
import { TextField } from '../../components/field.js';
import { formatUtc } from '../../components/format.js';
import { Loaded } from '../../components/loaded.js';
import { MissingScope } from '../../components/missing-scope.js';
import { Outcome } from '../../components/outcome.js';
import { ReasonForm } from '../../components/reason-form.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { given } from '../../search.js';
import { METHOD_WORDS, METHODS } from './methods.js';

/** How clients have to prove themselves, and whether their tokens must be bound. */
export function Demands() {
  const mayRead = useMay('ops:clients', 'ops:policy');
  const mayChange = useMay('ops:policy');
  const query = useQuery({
    queryKey: ['client-demands'],
    queryFn: () => answered(api.GET('/v1/admin/client-demands')),
    enabled: mayRead,
  });
  if (!mayRead) return <MissingScope what="Seeing what is demanded" scopes={['ops:clients', 'ops:policy']} />;
  return (
    <Loaded query={query}>
      {(demands) => (
        <>
          <Section title="Now">
            <Facts>
              <Fact name="A client proves itself with">{methodsIn(demands.methods)}</Fact>
              <Fact name="Tokens">
                {demands.senderConstrained ? 'must be bound to a key or a certificate' : 'need not be bound'}
              </Fact>
            </Facts>
          </Section>
          {demands.history.length > 0 && <History history={demands.history} />}
          {mayChange ? (
            <Change demands={demands} />
          ) : (
            <MissingScope what="Changing it" scopes={['ops:policy']} />
          )}
        </>
      )}
    </Loaded>
  );
}

function methodsIn(methods: readonly Schemas['WithdrawMethod']['method'][]): string {
  return methods.map((method) => METHOD_WORDS[method]).join(', or ');
}

function History({ history }: { readonly history: readonly Schemas['ClientDemand'][] }) {
  return (
    <Section title="History">
      <DataTable
        caption="What was demanded, newest first"
        rows={history}
        keyOf={({ demandNo }) => String(demandNo)}
        columns={[
          { head: 'From', cell: ({ validFrom }) => <Time at={validFrom} style="short" /> },
          { head: 'Methods', cell: ({ methods }) => methodsIn(methods) },
          { head: 'Bound tokens', cell: ({ senderConstrained }) => (senderConstrained ? 'yes' : 'no') },
          { head: 'Set by', cell: ({ setBy }) => <UntrustedText>{setBy}</UntrustedText> },
          { head: 'Reason', cell: ({ reason }) => <UntrustedText>{reason}</UntrustedText> },
        ]}
      />
    </Section>
  );
}

function Change({ demands }: { readonly demands: Schemas['ClientDemands'] }) {
  const [methods, setMethods, forgetMethods] = useDraft('demand:methods', demands.methods.join(' '));
  const [bound, setBound, forgetBound] = useDraft('demand:bound', demands.senderConstrained ? 'bound' : '');
  const [from, setFrom, forgetFrom] = useDraft('demand:from');
  const [, , forgetReason] = useDraft('demand');
  const change = useIntention(
    'change-demands',
    (body: Schemas['ChangeClientDemands'], requestId) =>
      answered<Schemas['ClientDemand'] | Schemas['ApprovalRequested']>(
        api.POST('/v1/admin/client-demands', { body, ...under(requestId) }),
      ),
    {
      done: () => {
        forgetMethods();
        forgetBound();
        forgetFrom();
        forgetReason();
      },
    },
  );
  if (isAsked(change.output)) return <ApprovalAsked asked={change.output} />;
  if (change.output !== undefined) return <Outcome>It is demanded from the time that you gave.</Outcome>;
  const chosen = METHODS.filter((method) => methods.split(' ').includes(method));
  const time = Date.parse(from);
  const run = (reason: string) => {
    if (chosen.length === 0) return;
    const validFrom = Number.isNaN(time) ? undefined : new Date(time).toISOString();
    change.run({ methods: chosen, senderConstrained: bound !== '', ...given({ validFrom }), reason });
  };
  return (
    <Section title="Demand something else">
      <ReasonForm name="demand" action="Demand it" danger intention={{ ...change, run }}>
        <Notice tone="warning">
          A client that proves itself in another way gets no token from then on. Your own client and token
          must meet it.
        </Notice>
        <ChoiceField
          label="A client may prove itself with"
          chosen={chosen}
          fault={chosen.length === 0 ? 'Choose one at least.' : null}
          options={METHODS.map((method) => [method, METHOD_WORDS[method]] as const)}
          onChange={(next) => setMethods(next.join(' '))}
        />
        <ChoiceField
          label="Tokens"
          chosen={bound === '' ? [] : ['bound']}
          options={[['bound', 'must be bound to a key or a certificate']]}
          onChange={(next) => setBound(next.length === 0 ? '' : 'bound')}
        />
        <TextField
          type="datetime-local"
          label="From (optional)"
          value={from}
          hint={Number.isNaN(time) ? 'Without a time, at once.' : `In your time zone; ${formatUtc(time)}.`}
          onChange={(event) => setFrom(event.target.value)}
        />
      </ReasonForm>
    </Section>
  );
}
