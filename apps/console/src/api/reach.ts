import { unreachable } from './problem.js';

/** One request over the network. @throws Problem UNREACHABLE where there was no answer */
export async function reach(...request: Parameters<typeof fetch>): Promise<Response> {
  try {
    return await fetch(...request);
  } catch {
    // A browser does not say why.
    const [asked] = request;
    throw unreachable(asked instanceof Request ? asked.headers.get('X-Request-ID') : null);
  }
}

/** What an answer holds; null for nothing, and for what is no JSON, of which a problem is made by whoever wanted some. */
export async function bodyOf(response: Response): Promise<unknown> {
  try {
    return (await response.json()) as unknown;
  } catch {
    return null;
  }
}
