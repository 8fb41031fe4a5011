import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createJiti, type Jiti } from 'jiti';
import { HireSyncError } from '../errors.ts';
import { suggestion } from '../mapping/suggestion.ts';
import { isOpenTodo, openTodos } from '../mapping/todo.ts';
import { isCacheTrouble } from './code-cache.ts';
import { codeFiles } from './code-files.ts';
import { isPipeline, type Pipeline } from './define.ts';
import { frames } from './frames.ts';

export interface LoadedPipeline {
  readonly pipeline: Pipeline;
  /** Absolute path of the pipeline file. */
  readonly file: string;
  /** Absolute path of the default source folder, if the pipeline names one. */
  readonly sourceDir: string | undefined;
  /** Hex SHA-256 over the code of the pipeline file and the files it imports by relative paths: see `codeFiles`. */
  readonly sha256: string;
  /** The files in `sha256`, absolute. */
  readonly codeFiles: readonly string[];
}

const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'];

/**
 * Loads a pipeline file, TypeScript or JavaScript, from wherever it lies. Its imports of `hire-sync` get `self`, the
 * exports of this running package, so that there is one copy of every class and of the collector of problems. Types
 * are not checked (that is `tsc`'s work).
 * @param file relative to the working directory, or absolute
 * @param codeCache a folder for transpiled code that nobody else can write to, as from `codeCacheIn`
 * @throws HireSyncError CONFIG_INVALID (no such file), PIPELINE_INVALID (it cannot be loaded or is no pipeline)
 */
export async function loadPipeline(
  file: string,
  self: object,
  codeCache?: string | undefined,
): Promise<LoadedPipeline> {
  const absolute = path.resolve(file);
  await mustBeAFile(absolute);
  const jiti = createJiti(import.meta.url, {
    // jiti's own choice, a folder that others can write to, would let them change what runs here. It keys by the
    // text of the file, so an edited one is transpiled again.
    fsCache: codeCache ?? false,
    interopDefault: false,
    virtualModules: { 'hire-sync': exportsOf(self) },
  });
  const code = await codeFiles(absolute, (specifier, importer) => resolve(jiti, specifier, importer));
  forget(jiti, code.files);
  let module: unknown;
  try {
    module = await jiti.import(absolute);
  } catch (error) {
    if (isCacheTrouble(error, codeCache)) return loadPipeline(file, self);
    const open = isOpenTodo(error) ? await stillOpen(absolute, code.files) : undefined;
    throw open ?? explain(error, absolute, code.files);
  } finally {
    forget(jiti, code.files);
  }
  const pipeline = defaultExport(module, absolute);
  const { sourceDir } = pipeline;
  return {
    pipeline,
    file: absolute,
    sourceDir: sourceDir === undefined ? undefined : path.resolve(path.dirname(absolute), sourceDir),
    sha256: code.sha256,
    codeFiles: code.files,
  };
}

async function mustBeAFile(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) {
    const hint = await hintFor(file);
    throw new HireSyncError('CONFIG_INVALID', {
      zh: `没有同步规则的文件 ${file}。${hint.zh}`,
      en: `There is no pipeline file ${file}.${hint.en}`,
    });
  }
  const unreadable = await access(file, constants.R_OK).catch(({ code }: NodeJS.ErrnoException) => code);
  if (unreadable !== undefined)
    throw new HireSyncError('CONFIG_INVALID', {
      zh: `同步规则的文件 ${file} 无法读取（${unreadable}）。`,
      en: `The pipeline file ${file} cannot be read (${unreadable}).`,
    });
  if (!found.isFile())
    throw new HireSyncError('CONFIG_INVALID', {
      zh: `${file} 不是文件；请写一个同步规则的文件。`,
      en: `${file} is not a file; name one pipeline file.`,
    });
  if (!EXTENSIONS.includes(path.extname(file))) {
    throw new HireSyncError('CONFIG_INVALID', {
      zh: `${file} 不是同步规则的文件：文件名必须以 ${EXTENSIONS.join('、')} 结尾。`,
      en: `${file} is not a pipeline file: its name must end in ${EXTENSIONS.join(', ')}.`,
    });
  }
}

/** What to type instead of a file that is not there: its neighbour, or, of a bare name, the file of that pipeline. */
async function hintFor(file: string): Promise<{ readonly zh: string; readonly en: string }> {
  const [folder, name] = [path.dirname(file), path.basename(file)];
  const near = suggestion(name, await readdir(folder).catch(() => []));
  const zh = near.replace(/^ Did you mean "(.*)"\?$/, '是否为“$1”？');
  if (path.extname(name) !== '') return { zh, en: near };
  // Commands that write need the pipeline itself, and a name is not where it lies.
  const candidates = ['', 'pipelines'].flatMap((under) =>
    EXTENSIONS.map((extension) => path.join(folder, under, `${name}${extension}`)),
  );
  const found = await Promise.all(
    candidates.map((one) =>
      stat(one).then(
        () => one,
        () => undefined,
      ),
    ),
  );
  const typed = found.find((one) => one !== undefined);
  const example = path.relative(process.cwd(), typed ?? path.join(folder, 'pipelines', `${name}.ts`));
  return {
    zh: `${typed === undefined ? zh : ''}这里要写文件，不能只写同步规则的名称：${typed === undefined ? '如 ' : ''}${example}`,
    en: `${typed === undefined ? near : ''} This command takes the pipeline's file, not its name${typed === undefined ? ', such as' : ':'} ${example}`,
  };
}

/**
 * The exports under which an unknown name is an error instead of `undefined`: transpiled imports are not linked, so
 * a misspelt helper would fail only when a row is mapped, and with a message about generated code.
 */
function exportsOf(self: object): object {
  // Names that are there are found before the proxy is asked: a mapping calls helpers a dozen times per row.
  return Object.create(unknownNames(self), Object.getOwnPropertyDescriptors({ ...self })) as object;
}

function unknownNames(self: object): object {
  return new Proxy(self, {
    get: (target, name) => {
      // The names that module loaders ask every module for.
      if (
        typeof name === 'symbol' ||
        Object.hasOwn(target, name) ||
        ['then', 'default', '__esModule'].includes(name)
      ) {
        return Reflect.get(target, name);
      }
      const hint = suggestion(name, Object.keys(target));
      throw new HireSyncError('PIPELINE_INVALID', `"hire-sync" exports no "${name}".${hint}`);
    },
  });
}

function resolve(jiti: Jiti, specifier: string, importer: string): string | undefined {
  const found = jiti.esmResolve(specifier, { parentURL: importer, try: true });
  return found?.startsWith('file:') ? fileURLToPath(found) : found;
}

/** jiti shares Node's module cache; a file that was edited since the last load must be read again. */
function forget(jiti: Jiti, files: readonly string[]): void {
  for (const file of files) delete jiti.cache[file];
}

function defaultExport(module: unknown, file: string): Pipeline {
  const exported =
    typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  if (isPipeline(exported)) return exported;
  const what =
    exported === undefined
      ? 'has no default export'
      : 'has a default export that definePipeline did not make';
  throw new HireSyncError(
    'PIPELINE_INVALID',
    `${file} ${what}. A pipeline file ends in: export default definePipeline({ … });`,
  );
}

/** Every word that still has no meaning, with its place and what `init` noted of it; undefined where the code has none in a table. */
async function stillOpen(file: string, files: readonly string[]): Promise<HireSyncError | undefined> {
  const lines: string[] = [];
  for (const part of files) {
    for (const { line, word, note } of openTodos(await readFile(part, 'utf8')))
      lines.push(`  ${part}:${line}  ${word}${note === '' ? '' : `  (${note})`}`);
  }
  if (lines.length === 0) return undefined;
  const what = lines.length === 1 ? '1 word has no meaning' : `${lines.length} words have no meaning`;
  const advice = 'Only you can say what they mean in Feishu: write it in the place of each TODO';
  return new HireSyncError('PIPELINE_INVALID', {
    zh: `${file}：还有 ${lines.length} 个词没有写明含义。它们在飞书中的含义只有您知道，请写在每个 TODO 的位置：\n${lines.join('\n')}`,
    en: `${file}: ${what} yet. ${advice}:\n${lines.join('\n')}`,
  });
}

/** What is wrong with a pipeline file that could not be loaded, with its place in the user's code, without a stack. */
function explain(error: unknown, file: string, files: readonly string[]): HireSyncError {
  const options = { cause: error };
  const message = error instanceof Error ? error.message : String(error);
  const syntax = /^ParseError: (.*?)\s*\n\s*(\S.*):([0-9]+):([0-9]+)/s.exec(message);
  if (syntax !== null) {
    const [, what, where = file, line, column] = syntax;
    const place = `${where}:${line}:${Number(column) + 1}`;
    return new HireSyncError('PIPELINE_INVALID', `${place}: syntax error: ${what}`, options);
  }
  const frame = frames(error).find(({ file: at }) => files.includes(at));
  const place = frame === undefined ? file : `${frame.file}:${frame.line}`;
  if (HireSyncError.is(error)) return new HireSyncError(error.code, `${place}: ${message}`, options);
  const [first = ''] = message.split('\n');
  if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') {
    return new HireSyncError('PIPELINE_INVALID', `${place}: ${first}; check the import`, options);
  }
  const name = error instanceof Error ? `${error.name}: ` : '';
  return new HireSyncError(
    'PIPELINE_INVALID',
    `${place}: the file failed while it was loaded: ${name}${first}`,
    options,
  );
}
