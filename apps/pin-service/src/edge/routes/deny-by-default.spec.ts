import 'reflect-metadata';
import { Controller, Get, Module, Post, type Type } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, NestFactory, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { describe, expect, it } from 'vitest';
import { OpenRoute, RequireScope, Zone } from './declarations.js';
import { Log } from '../../logging/log.js';
import { Metrics } from '../../metrics/metrics.js';
import { applyEdge, createEdge } from '../edge.js';
import { readRouteTable, type Route } from './route-table.js';

const log = new Log('fatal');

@Zone('card-apps')
@Controller('declared')
class DeclaredController {
  @Get()
  @RequireScope('cards:read')
  read() {
    return {};
  }

  @Post(':id/made')
  @Zone('operators')
  @RequireScope('cards:write')
  make() {
    return {};
  }
}

@Zone('card-apps')
@Controller('without-access')
class WithoutAccessController {
  @Get()
  @OpenRoute()
  declared() {
    return {};
  }

  @Get('undeclared')
  undeclared() {
    return {};
  }
}

@OpenRoute()
@Controller('without-zone')
class WithoutZoneController {
  @Get()
  undeclared() {
    return {};
  }
}

@Zone()
@OpenRoute()
@Controller('zone-of-none')
class ZoneOfNoneController {
  @Get()
  undeclared() {
    return {};
  }
}

/** The service's application, before its initialisation. */
async function applicationOf(controllers: readonly Type[]) {
  @Module({ imports: [DiscoveryModule], controllers: [...controllers] })
  class TestModule {}
  const application = await NestFactory.create<NestFastifyApplication>(
    TestModule,
    createEdge({ log, metrics: new Metrics() }),
    {
      bodyParser: false,
      logger: false,
      abortOnError: false,
    },
  );
  const routes = () => readRouteTable(application.get(DiscoveryService), application.get(Reflector));
  return { application, routes };
}

describe('a route that does not say who may call it, and where', () => {
  it.each([
    [WithoutAccessController, 'WithoutAccessController.undeclared'],
    [WithoutZoneController, 'WithoutZoneController.undeclared'],
    [ZoneOfNoneController, 'ZoneOfNoneController.undeclared'],
  ])('keeps the service from starting: %s', async (controller, name) => {
    const { routes } = await applicationOf([DeclaredController, controller]);
    expect(routes).toThrow(name);
  });

  it('has all of its like named at once, and no other', async () => {
    const { routes } = await applicationOf([
      DeclaredController,
      WithoutAccessController,
      WithoutZoneController,
    ]);
    const names = 'WithoutAccessController.undeclared, WithoutZoneController.undeclared';
    expect(routes).toThrow(new RegExp(`: ${names}$`));
  });

  it('is refused by the router as well, if the table does not know it', async () => {
    const { application, routes } = await applicationOf([DeclaredController]);
    applyEdge(application, routes().slice(0, 1), log);
    await expect(application.init()).rejects.toThrow('POST /declared/:id/made');
  });

  it('is refused when it is registered beside the framework', async () => {
    const { application, routes } = await applicationOf([DeclaredController]);
    applyEdge(application, routes(), log);
    await application.init();
    expect(() =>
      application
        .getHttpAdapter()
        .getInstance()
        .get('/beside', async () => 'x'),
    ).toThrow('GET /beside');
  });
});

describe('declared routes', () => {
  it('are listed with access and zones; the handler wins over its controller', async () => {
    const { routes } = await applicationOf([DeclaredController]);
    expect(routes()).toEqual<Route[]>([
      {
        method: 'GET',
        path: '/declared',
        handler: 'DeclaredController.read',
        access: { anyOf: ['cards:read'] },
        zones: ['card-apps'],
        takes: {},
        freshLogin: false,
        stoppable: null,
      },
      {
        method: 'POST',
        path: '/declared/:id/made',
        handler: 'DeclaredController.make',
        access: { anyOf: ['cards:write'] },
        zones: ['operators'],
        takes: {},
        freshLogin: false,
        stoppable: null,
      },
    ]);
  });
});
