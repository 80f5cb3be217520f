'use strict';
/*
 * The one file that runs on the Node found outside (20 or newer) before anything is installed: plain JavaScript, no dependencies.
 * It makes sure that the locked packages are there and then runs a TypeScript file with the Node 26 that is one of them.
 *   node scripts/run.cjs scripts/start.ts [arguments…]
 */
const { spawn, spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { basename, dirname, join, resolve } = require('node:path');

const root = resolve(__dirname, '..');
const modules = join(root, 'node_modules');
const marker = join(modules, '.tongzheng-lock');
const windows = process.platform === 'win32';
const innerNode = join(modules, '.bin', windows ? 'node.cmd' : 'node');
const libraries = join(modules, '.tongzheng-libraries');
const LOOK_AGAIN_MS = 500;
/** Between making the folder of the lock and writing its holder into it lie milliseconds. */
const UNNAMED_MAX_MS = 10_000;
const READ_ONLY = new Set(['EACCES', 'EPERM', 'EROFS']);
/** No install takes as long: the number of its process belongs to another one by now. */
const HELD_MAX_MS = 3_600_000;

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function lockText() {
  return readFileSync(join(root, 'package-lock.json'), 'utf8');
}

/** True for a build that is made for this machine; which C library it wants is not looked at. */
function isForThisMachine(wanted) {
  return wanted.os?.includes(process.platform) && wanted.cpu?.includes(process.arch) && !wanted.libc;
}

/** True when what npm says it installed is what the lock file asks for (optional builds of other platforms may be absent). */
function installedMatches(lock) {
  const hidden = join(modules, '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages || {};
  const wanted = JSON.parse(lock).packages || {};
  return Object.entries(wanted).every(([path, want]) => {
    if (path === '') return true;
    const have = installed[path];
    if (have) return have.version === want.version;
    return Boolean(want.optional || want.devOptional || want.peer) && !isForThisMachine(want);
  });
}

/** True when the packages are those of the lock file; remembers it for the next look. */
function isInstalled(lock) {
  if (!existsSync(innerNode)) return false;
  const digest = createHash('sha256').update(lock).digest('hex');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === digest) return true;
  if (!installedMatches(lock)) return false;
  try {
    writeFileSync(marker, digest);
  } catch (error) {
    // Whoever may only read the packages looks through them every time.
    if (!READ_ONLY.has(error.code)) throw error;
  }
  return true;
}

function install(lock) {
  process.stdout.write('正在安装依赖（npm ci），首次需要一两分钟……\n');
  const npm = process.env.npm_execpath;
  const [command, ...before] = npm?.endsWith('.js') ? [process.execPath, npm] : [windows ? 'npm.cmd' : 'npm'];
  // Engine warnings would mislead: the packages run on the Node 26 that is being installed, not on the outer one.
  const run = (...args) =>
    spawnSync(command, [...before, ...args, '--loglevel=error'], { cwd: root, stdio: 'inherit', shell: windows })
      .status === 0;
  // The only script that has to run is the one that brings Node 26. The others would find that Node first on their PATH before it
  // is known to run here, and npm drops an optional package (PostgreSQL) whose script fails without a word.
  if (!run('ci', '--ignore-scripts', '--no-audit', '--no-fund') || !run('rebuild', 'node')) {
    throw new Error('依赖安装失败（npm ci）。请检查网络与 npm 源后重试。');
  }
  if (!existsSync(innerNode)) {
    throw new Error('依赖已安装，但缺少其中的 Node 26（npm 包 node）。请删除 node_modules 后重试。');
  }
  writeFileSync(marker, createHash('sha256').update(lock).digest('hex'));
}

/** Who holds a lock; undefined when nobody does or the holder has not written itself down yet. */
function holderOf(lockDir) {
  try {
    return JSON.parse(readFileSync(join(lockDir, 'holder.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** True for the lock of a process that ended without giving it back. */
function isLeftBehind(lockDir, holder) {
  if (holder) return !isAlive(holder.pid) || Date.now() - holder.at > HELD_MAX_MS;
  try {
    return Date.now() - statSync(lockDir).mtimeMs > UNNAMED_MAX_MS;
  } catch {
    return false;
  }
}

/** Takes the lock when it is free: a folder, which only one process can make. */
function tryLock(lockDir) {
  try {
    mkdirSync(lockDir);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
  writeFileSync(join(lockDir, 'holder.json'), JSON.stringify({ pid: process.pid, at: Date.now() }));
  return true;
}

/** Of several that find the lock of a dead holder one succeeds; the name keeps a late one from putting a living holder's away for it. */
function putAside(lockDir, holder) {
  try {
    renameSync(lockDir, `${lockDir}.${holder ? `${holder.pid}-${holder.at}` : 'unnamed'}`);
  } catch {
    // Another process was first.
  }
}

/**
 * Runs `work` while no other process holds the folder `lockDir`, unless `isDone` says, at the latest when the lock has come to us, that
 * there is nothing left to do.
 */
function underLock(lockDir, isDone, work, say = (line) => process.stdout.write(`${line}\n`)) {
  for (let told = false; !isDone(); ) {
    if (tryLock(lockDir)) {
      try {
        if (!isDone()) work();
      } finally {
        for (const name of readdirSync(dirname(lockDir))) {
          if (name.startsWith(basename(lockDir)))
            rmSync(join(dirname(lockDir), name), { recursive: true, force: true });
        }
      }
      return;
    }
    const holder = holderOf(lockDir);
    if (isLeftBehind(lockDir, holder)) putAside(lockDir, holder);
    else if (!told) {
      say(`另一个进程${holder ? `（${holder.pid}）` : ''}正在安装依赖，等它完成……`);
      told = true;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS);
  }
}

/** Installs the locked packages when they are missing or belong to another lock file. */
function ensureDependencies() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20)
    fail(`统征需要 Node.js 20 或更高版本，当前为 ${process.version}。请从 https://nodejs.org 安装后重试。`);
  const lock = lockText();
  const installed = () => isInstalled(lock);
  if (installed()) return;
  // npm ci empties the folder first: through a link that would be the folder of another copy of the program.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    fail('node_modules 是一个链接，而其中的依赖与 package-lock.json 不一致。请删除这个链接后重试，依赖会装在本目录。');
  }
  try {
    underLock(`${join(root, '.node_modules')}.installing`, installed, () => install(lock));
  } catch (error) {
    fail(error.message);
  }
}

/**
 * From version 25 on, Node's Linux builds need libatomic, which a slim Debian or Ubuntu has not installed. Its package is fetched
 * from the system's own sources and unpacked beside the npm packages: that needs no root and leaves the system as it is.
 */
function unpackLibatomic() {
  rmSync(libraries, { recursive: true, force: true });
  const lists = join(libraries, 'lists');
  mkdirSync(join(lists, 'partial'), { recursive: true });
  const apt = (...args) => spawnSync('apt-get', ['-qq', ...args], { cwd: libraries, encoding: 'utf8' }).status === 0;
  const settings = [
    `Dir::State::lists=${lists}`,
    `Dir::Cache=${lists}`,
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
  ];
  const sources = settings.flatMap((setting) => ['-o', setting]);
  if (!apt('download', 'libatomic1') && apt(...sources, 'update')) apt(...sources, 'download', 'libatomic1');
  const archive = readdirSync(libraries).find((name) => name.endsWith('.deb'));
  if (archive) spawnSync('dpkg-deb', ['-x', archive, '.'], { cwd: libraries });
  rmSync(lists, { recursive: true, force: true });
  for (const top of ['usr/lib', 'lib']) {
    if (!existsSync(join(libraries, top))) continue;
    const triplet = readdirSync(join(libraries, top)).find((name) =>
      existsSync(join(libraries, top, name, 'libatomic.so.1')),
    );
    if (triplet) return `${top}/${triplet}`;
  }
  return undefined;
}

/** npm and npx look for `node` in node_modules/.bin first, so what makes it run has to stand there and not in our environment. */
function wrapInnerNode(library) {
  const folder = '$(dirname "$0")/..';
  const paths = `${folder}/${basename(libraries)}/${library}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}`;
  rmSync(innerNode);
  writeFileSync(innerNode, `#!/bin/sh\nLD_LIBRARY_PATH="${paths}" exec "${folder}/node/bin/node" "$@"\n`, {
    mode: 0o755,
  });
}

/** Ends with the command to run when the Node 26 that was installed cannot run on this system. */
function ensureInnerNodeRuns() {
  const probe = () => spawnSync(innerNode, ['--version'], { encoding: 'utf8', shell: windows });
  let result = probe();
  if (result.status === 0) return;
  const lacksLibatomic = String(result.stderr).includes('libatomic.so.1');
  if (lacksLibatomic) {
    process.stdout.write('系统没有 Node 26 需要的 libatomic，正从系统的软件源取得……\n');
    const library = unpackLibatomic();
    if (library) {
      wrapInnerNode(library);
      result = probe();
      if (result.status === 0) return;
    }
  }
  // Without it the next try starts on the outer Node again and can say this again.
  rmSync(innerNode, { force: true });
  const command = existsSync('/etc/debian_version') ? 'apt-get install -y libatomic1' : 'dnf install -y libatomic';
  fail(
    lacksLibatomic
      ? `缺少系统库 libatomic。请先运行：\n  sudo ${command}`
      : `Node 26 无法在本机运行：${result.stderr || result.error?.message || result.signal}`,
  );
}

/**
 * Runs a file of the repository with Node 26, hands signals on and ends with its exit code.
 * nodeOptions are for the inner Node, e.g. the bounds of its heap.
 */
function runInner(file, args, nodeOptions = []) {
  ensureDependencies();
  ensureInnerNodeRuns();
  const path = `${join(modules, '.bin')}${windows ? ';' : ':'}${process.env.PATH || ''}`;
  const child = spawn(
    innerNode,
    ['--disable-warning=ExperimentalWarning', ...nodeOptions, resolve(root, file), ...args],
    {
      cwd: process.cwd(),
      stdio: 'inherit',
      env: {
        // What Node has parsed and stripped of types once is kept for the next start, of this process and of those it starts.
        NODE_COMPILE_CACHE: join(modules, '.tongzheng-compiled'),
        ...process.env,
        PATH: path,
        NODE_OPTIONS: process.env.NODE_OPTIONS || '',
      },
      shell: windows,
    },
  );
  // Ctrl+C reaches the whole group; only signals sent to this process alone must be handed on.
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`无法启动 ${file}：${error.message}`));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + 15 : (code ?? 1)));
}

module.exports = { root, runInner, ensureDependencies, underLock };

if (require.main === module) {
  const file = process.argv[2];
  if (!file) fail('用法：node scripts/run.cjs <file.ts> [参数…]');
  runInner(file, process.argv.slice(3));
}
