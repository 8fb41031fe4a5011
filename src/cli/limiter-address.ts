import type { LimiterAddress } from '../writer/limiter-link.ts';
import { type Flag, text } from './flag.ts';

const REDIS_PORT = 6379;

/** The Redis that a text names, or why it names none. Never quotes the text: it may hold a password. */
function limiterAddress(text: string): LimiterAddress | string {
  const url = URL.parse(text);
  const db = /^\/?(\d{0,4})$/.exec(url?.pathname ?? '')?.[1];
  if (
    url === null ||
    !/^rediss?:$/.test(url.protocol) ||
    url.hostname === '' ||
    db === undefined ||
    url.search !== '' ||
    url.hash !== ''
  )
    return 'is no address of a Redis: redis://host:port, redis://host:port/db, or rediss:// for TLS';
  try {
    return {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? REDIS_PORT : Number(url.port),
      db: Number(db),
      tls: url.protocol === 'rediss:',
      ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
      ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    };
  } catch {
    return 'has a % in the user or password that is not written %25';
  }
}

/** The address of a Redis. With a user or a password it may come from the environment only. */
export function limiter(help: string): Flag<LimiterAddress | undefined> {
  return {
    ...text('<url>', help),
    environment: 'HIRE_SYNC_LIMITER',
    isUnquoted: true,
    objection(value, by) {
      const address = limiterAddress(String(value));
      if (typeof address === 'string') return address;
      const isOpen = address.username === undefined && address.password === undefined;
      if (isOpen || by === 'environment') return null;
      const readers =
        by === 'flag'
          ? 'every user of this machine can see in the list of processes'
          : 'whoever reads the file can see';
      return `holds a user or a password, which ${readers}: set HIRE_SYNC_LIMITER in the environment instead`;
    },
    // `objection` lets no other text pass.
    read: (value) => limiterAddress(String(value)) as LimiterAddress,
  };
}
