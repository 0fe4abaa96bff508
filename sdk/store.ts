import { quietly } from "./guard.ts";

/** IndexedDB, which may be missing, refuse (also synchronously), or never answer: each call may fail, those without answer quietly. */
export interface Store {
  /** Whether anything was ever kept here, as far as the browser tells; asking makes no database. */
  exists: () => Promise<boolean>;
  /**
   * One read and write that no other tab comes between; undefined deletes. Resolves to what was written; never hangs: rejects when
   * storage takes too long, and still makes the change when it answers.
   */
  update: <T>(key: string, change: (had: T | undefined) => T | undefined) => Promise<T | undefined>;
  /** Puts, or deletes when `value` is undefined. */
  put: (key: string, value: unknown) => void;
  all: <T>() => Promise<T[]>;
  /** Resolves to what there was. */
  clear: <T>() => Promise<T[]>;
}

const storeName = "cusp";
const objectsName = "kv";
const patienceMs = 500;

const answer = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error as DOMException);
  });

function connect(): Promise<IDBDatabase> {
  const request = indexedDB.open(storeName);
  request.onupgradeneeded = () => request.result.createObjectStore(objectsName);
  return answer(request);
}

export function openStore(): Store {
  let database: Promise<IDBDatabase> | undefined;
  let hasWorked = false;
  /** In a microtask, so that a refusal is a rejection too. */
  const within = async <T>(task: (objects: IDBObjectStore) => T | PromiseLike<T>): Promise<T> => {
    try {
      database ??= connect();
      const opened = await database;
      opened.onversionchange = () => opened.close(); // a page that deletes all its databases waits for that
      const result = await task(opened.transaction(objectsName, "readwrite").objectStore(objectsName));
      hasWorked = true;
      return result;
    } catch (error) {
      // iOS loses its connection and does not tell (https://github.com/localForage/localForage/issues/887): another may work.
      database = undefined;
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
          const value = change(await answer<T | undefined>(objects.get(key)));
          write(objects, key, value);
          return value;
        }),
        new Promise<never>((_, reject) => setTimeout(reject, patienceMs)),
      ]),
    put: (key, value) => quietly(within((objects) => write(objects, key, value))),
    all: <T>() => within((objects) => answer<T[]>(objects.getAll())),
    clear: <T>() =>
      within((objects) => {
        const found = answer<T[]>(objects.getAll());
        objects.clear();
        return found;
      }),
  };
}
