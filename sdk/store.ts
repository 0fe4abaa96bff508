import { createStore, promisifyRequest } from "idb-keyval";

/** IndexedDB, which may be missing, refuse (also synchronously), or never answer: each call may fail, none hangs. */
export interface Store {
  /** One read and write that no other tab comes between; undefined deletes. Resolves to what was written. */
  update: <T>(key: string, change: (had: T | undefined) => T | undefined) => Promise<T | undefined>;
  /** Puts, or deletes when `value` is undefined. */
  put: (key: string, value: unknown) => Promise<void>;
  all: <T>() => Promise<T[]>;
  clear: () => Promise<unknown>;
}

export const storeName = "cusp";
const patienceMs = 500;

export function openStore(): Store {
  const inStore = createStore(storeName, "kv");
  const within = async <T>(mode: IDBTransactionMode, task: (objects: IDBObjectStore) => PromiseLike<T>) =>
    Promise.race([inStore(mode, task), new Promise<never>((_, reject) => setTimeout(reject, patienceMs))]);
  const write = (objects: IDBObjectStore, key: string, value: unknown) => {
    if (value === undefined) objects.delete(key);
    else objects.put(value, key);
    objects.transaction.commit?.(); // a page that is closing would lose it otherwise
  };
  return {
    update: async <T>(key: string, change: (had: T | undefined) => T | undefined) =>
      within("readwrite", async (objects) => {
        const value = change(await promisifyRequest<T | undefined>(objects.get(key)));
        write(objects, key, value);
        await promisifyRequest(objects.transaction);
        return value;
      }),
    put: async (key, value) => inStore("readwrite", (objects) => write(objects, key, value)),
    all: async <T>() => within("readonly", (objects) => promisifyRequest<T[]>(objects.getAll())),
    clear: async () => within("readwrite", (objects) => promisifyRequest(objects.clear())),
  };
}
