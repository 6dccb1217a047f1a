import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import type { Settings } from '../../config/schema.js';
import { given, provide } from '../../provide.js';
import { Counters } from './counters.js';
import { LocalCounters } from './local-counters.js';
import { RedisCounters } from './redis-counters.js';
import { RefusalLimits } from './refusal-limits.js';
import { ThrottlerCounters, throttlers } from './rate-limit.guard.js';

/** Limits of requests a minute (docs/rate-limits.md). */
@Global()
@Module({})
export class RateLimitsModule {
  static with(settings: Settings): DynamicModule {
    const throttler = ThrottlerModule.forRootAsync({
      inject: [Counters],
      useFactory: (counters: Counters) => ({
        throttlers: throttlers(settings),
        storage: new ThrottlerCounters(counters),
      }),
    });
    return {
      module: RateLimitsModule,
      imports: [throttler],
      providers: [
        provide(Counters, [], () => openCounters(settings)),
        provide(RefusalLimits, [Counters, given(settings.RATE_LIMIT_FAILED_AUTHENTICATIONS_PER_MINUTE)]),
      ],
      exports: [Counters, RefusalLimits, throttler],
    };
  }
}

async function openCounters({ REDIS_URL, REDIS_TIMEOUT_MS }: Settings): Promise<Counters> {
  const local = new LocalCounters();
  if (REDIS_URL === undefined) return local;
  return await RedisCounters.open(REDIS_URL.reveal(), local, REDIS_TIMEOUT_MS);
}
