// Runs a piece of Python on MicroPython. Its one argument is a job, as JSON:
//   root, folders   copied into MicroPython's own file system under the same names, *.py only
//   put, take       [file outside, file inside]: copied in before, out after
//   code            what to run; it finds `js.port` when the job has a `port`
//   then            further pieces, run one after the other: garbage is only collected between two
//   heap            bytes of memory that Python has; 4 MB if not said
//   port            number of an open, non-blocking file descriptor
import fs from 'node:fs';
import path from 'node:path';
import { loadMicroPython } from '@micropython/micropython-webassembly-pyscript/micropython.mjs';

const job = JSON.parse(process.argv[2]);
const HEAP_BYTES = job.heap ?? 4 * 1024 * 1024;
const python = await loadMicroPython({
  heapsize: HEAP_BYTES,
  stdout: (line) => process.stdout.write(line + '\n'),
  linebuffer: true,
});

function makeFolder(folder) {
  let inside = '';
  if (!folder) return '/';
  for (const part of folder.split('/')) {
    inside += '/' + part;
    if (!python.FS.analyzePath(inside).exists) python.FS.mkdir(inside);
  }
  return inside;
}

for (const folder of job.folders) {
  const inside = makeFolder(folder);
  for (const name of fs.readdirSync(path.join(job.root, folder))) {
    if (name.endsWith('.py')) {
      python.FS.writeFile(`${inside}/${name}`, fs.readFileSync(path.join(job.root, folder, name)));
    }
  }
}
for (const [outside, inside] of job.put ?? []) {
  makeFolder(path.dirname(inside).slice(1));
  python.FS.writeFile(inside, fs.readFileSync(outside));
}

// A port whose calls take and give single numbers, so that nothing has to be converted.
class Port {
  constructor(fd) {
    this.fd = fd;
    this.gone = 0;
    this.input = new Uint8Array(64);
    this.output = new Uint8Array(1024);
    this.sleeper = new Int32Array(new SharedArrayBuffer(4));
  }
  attempt(action) {
    try {
      return action();
    } catch (error) {
      if (error.code !== 'EAGAIN') this.gone = 1;
      return 0;
    }
  }
  read() { return this.attempt(() => fs.readSync(this.fd, this.input)); }
  byte(at) { return this.input[at]; }
  put(at, byte) { this.output[at] = byte; }
  write(count) { return this.attempt(() => fs.writeSync(this.fd, this.output, 0, count)); }
  wait(ms) { Atomics.wait(this.sleeper, 0, 0, ms); }
}
if (job.port !== undefined) globalThis.port = new Port(job.port);

try {
  python.runPython('import sys\nsys.path.insert(0, "/")\n' + job.code);
  for (const code of job.then ?? []) python.runPython(code);
} catch (error) {
  console.error(error.message); // MicroPython's own account, with lines
  process.exit(1);
}
for (const [outside, inside] of job.take ?? []) fs.writeFileSync(outside, python.FS.readFile(inside));
