import type { Bilingual } from '../plan/shape.ts';
import { w } from '../report/sentences.ts';
import type { LimiterAddress } from '../writer/limiter-link.ts';
import { type Flag, text } from './flag.ts';

const REDIS_PORT = 6379;

/** The Redis that a text names, or why it names none. Never quotes the text: it may hold a password. */
function limiterAddress(text: string): LimiterAddress | Bilingual {
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
    return w(
      '不是 Redis 的地址：应为 redis://host:port、redis://host:port/db，使用 TLS 时为 rediss://',
      'is no address of a Redis: redis://host:port, redis://host:port/db, or rediss:// for TLS',
    );
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
    return w('的用户名或密码中有 %，应写成 %25', 'has a % in the user or password that is not written %25');
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
      if ('zh' in address) return address;
      const isOpen = address.username === undefined && address.password === undefined;
      if (isOpen || by === 'environment') return null;
      const readers =
        by === 'flag'
          ? w(
              '本机所有用户都能在进程列表中看到',
              'every user of this machine can see in the list of processes',
            )
          : w('能读取该文件的人都能看到', 'whoever reads the file can see');
      return w(
        `中有用户名或密码，${readers.zh}：请改在环境变量 HIRE_SYNC_LIMITER 中设置`,
        `holds a user or a password, which ${readers.en}: set HIRE_SYNC_LIMITER in the environment instead`,
      );
    },
    // `objection` lets no other text pass.
    read: (value) => limiterAddress(String(value)) as LimiterAddress,
  };
}
