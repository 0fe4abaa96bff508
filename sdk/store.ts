import { createStore, promisifyRequest } from "idb-keyval";

/** IndexedDB, which may be missing, refuse (also synchronously), or never answer: each call may fail. */
export interface Store {
  /** Whether anything was ever kept here, as far as the browser tells; asking makes no database. */
  exists: () => Promise<boolean>;
  /** One read and write that no other tab comes between; undefined deletes. Resolves to what was written; never hangs. */
  update: <T>(key: string, change: (had: T | undefined) => T | undefined) => Promise<T | undefined>;
  /** Puts, or deletes when `value` is undefined. */
  put: (key: string, value: unknown) => Promise<void>;
  all: <T>() => Promise<T[]>;
  clear: () => Promise<void>;
}

const storeName = "cusp";
const patienceMs = 500;

export function openStore(): Store {
  let inStore: ReturnType<typeof createStore> | undefined;
  let hasWorked = false;
  /** In a microtask, so that a refusal is a rejection too. */
  const within = async <T>(task: (objects: IDBObjectStore) => T | PromiseLike<T>): Promise<T> => {
    try {
      inStore ??= createStore(storeName, "kv");
      const result = await inStore("readwrite", task);
      hasWorked = true;
      return result;
    } catch (error) {
      // iOS loses its connection and does not tell (https://github.com/localForage/localForage/issues/887): another may work.
      inStore = undefined;
      if (!hasWorked) throw error;
      hasWorked = false;
      return within(task);
    }
  };
  const write = (objects: IDBObjectStore, key: string, value: unknown) => {
    if (value) objects.put(value, key);
    else objects.delete(key);
    objects.transaction.commit?.(); // a page that is closing would lose it otherwise
  };
  return {
    exists: async () => (await indexedDB.databases?.())?.some(({ name }) => name === storeName) ?? true,
    update: <T>(key: string, change: (had: T | undefined) => T | undefined) =>
      Promise.race([
        within(async (objects) => {
          const value = change(await promisifyRequest<T | undefined>(objects.get(key)));
          write(objects, key, value);
          return value;
        }),
        new Promise<never>((_, reject) => setTimeout(reject, patienceMs)),
      ]),
    put: (key, value) => within((objects) => write(objects, key, value)),
    all: <T>() => within((objects) => promisifyRequest<T[]>(objects.getAll())),
    clear: () => within((objects) => promisifyRequest(objects.clear())),
  };
}
