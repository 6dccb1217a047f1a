import type { RequestListener } from 'node:http';
import { HttpStatus } from '@nestjs/common';
import { PinwardError } from '#libs/errors';
import type { LoginRefused } from '#libs/hsm';
import type { Settings } from '../config/schema.js';
import { listenerPlans } from '../edge/listeners/listener-plan.js';
import { openListener } from '../edge/listeners/listening-server.js';
import { problemDocument } from '../edge/problems/problem-document.js';
import { headsOfAnswers } from '../edge/transport/http-heads.js';

/**
 * After a refused login at start the process stays alive and not ready, until a person ends it. If it ended by itself,
 * its supervisor would start it again, each time with a login, and such logins lock a token within seconds.
 *
 * @returns the URL of the probes: on the internal listener, or the one that replaces it outside production
 */
export async function standStill(settings: Settings, refusal: LoginRefused): Promise<string> {
  const plans = listenerPlans(settings);
  const plan = plans.find(({ name }) => name === 'internal') ?? plans[0];
  return (await openListener(plan, probes(settings, refusal), settings)).url;
}

const METRICS_TYPE = { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' };
/** What an alarm is about; all else is not there. */
const METRICS = `# TYPE pinward_hsm_ready gauge
pinward_hsm_ready 0
# TYPE pinward_hsm_login_refused gauge
pinward_hsm_login_refused 1
`;

/** Only the health routes of docs/http-api.md and two metrics; results that were not checked are left out. */
function probes(settings: Settings, { message }: LoginRefused): RequestListener {
  const heads = headsOfAnswers(settings);
  const hsm = { ready: false, knownAnswerTestAt: null, warnings: [message] };
  const answers = new Map([
    ['/health/live', json(HttpStatus.OK, { status: 'live' })],
    ['/health/ready', json(HttpStatus.SERVICE_UNAVAILABLE, { status: 'not ready', hsm })],
    ['/metrics', { status: HttpStatus.OK, headers: METRICS_TYPE, body: METRICS }],
  ]);
  const unknown = problemDocument(new PinwardError('ROUTE_NOT_FOUND'));
  return ({ method = '', url = '' }, response) => {
    const asked = ['GET', 'HEAD'].includes(method) ? answers.get(url.replace(/\?.*/s, '')) : undefined;
    const { status, headers, body } = asked ?? unknown;
    response.writeHead(status, { ...heads, ...headers }).end(body);
  };
}

function json(status: HttpStatus, body: unknown) {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}
