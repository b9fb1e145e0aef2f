// The informer of @kubernetes/client-node against a server: node informer.mjs KUBECONFIG NAMESPACE. It writes what it saw, and ends with "ok".
import { CoreV1Api, KubeConfig, makeInformer, setHeaderOptions, PatchStrategy } from '@kubernetes/client-node';

const [kubeconfig, namespace] = process.argv.slice(2);
const config = new KubeConfig();
config.loadFromFile(kubeconfig);
const api = config.makeApiClient(CoreV1Api);
const seen = [];
const waiting = [];

function saw(what, object) {
  seen.push(`${what} ${object.metadata.name} ${object.data?.k ?? ''}`.trim());
  for (const check of waiting.splice(0)) check();
}

async function until(expected) {
  while (!expected.every((line) => seen.includes(line))) await new Promise((resolve) => waiting.push(resolve));
}

const limit = setTimeout(() => {
  console.error('timed out after', JSON.stringify(seen));
  process.exit(1);
}, 60000);

const create = (name) => api.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data: { k: 'v' } } });
await create('before');
const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, () => api.listNamespacedConfigMap({ namespace }));
informer.on('add', (object) => saw('add', object));
informer.on('update', (object) => saw('update', object));
informer.on('delete', (object) => saw('delete', object));
let stopping = false;
informer.on('error', (error) => {
  if (stopping) return;
  console.error('error', error);
  process.exit(1);
});
await informer.start();
await until(['add before v']);
await create('after');
await until(['add after v']);
await api.patchNamespacedConfigMap({ namespace, name: 'after', body: { data: { k: 'w' } } }, setHeaderOptions('Content-Type', PatchStrategy.MergePatch));
await until(['update after w']);
await api.deleteNamespacedConfigMap({ namespace, name: 'before' });
await until(['delete before v']);
const cached = informer.list().map((object) => `${object.metadata.name} ${object.data.k}`);
stopping = true;
await informer.stop();
clearTimeout(limit);
console.log(seen.join('\n'));
console.log(cached.join('\n') === 'after w' ? 'ok' : `the cache holds ${cached}`);
process.exit(0);
