/** The keys of `T` in the form of scenario files, such as `expires_in`, with names in the form of JavaScript. */
type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : S;

/** An object whose keys are written as in JavaScript. Those of objects within are, too. */
export type Camel<T> = T extends readonly (infer Item)[]
  ? Camel<Item>[]
  : T extends object
    ? { [K in keyof T as K extends string ? CamelCase<K> : K]: K extends 'body' ? unknown : Camel<T[K]> }
    : T;

/**
 * Writes the keys of an object as scenario files do: `expiresIn` becomes `expires_in`. A body stays as it is. A value
 * that is undefined is a mistake: it would mean any user, for example, while a fixture forgot to return an id.
 */
export function snake(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snake);
  if (typeof value !== 'object' || value === null) return value;
  for (const [key, inside] of Object.entries(value)) {
    if (inside === undefined) throw new TypeError(`${key} is undefined: leave it out for any`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inside]) => [
      key.replace(/[A-Z]/g, (letter) => '_' + letter.toLowerCase()),
      key === 'body' ? inside : snake(inside),
    ]),
  );
}

/** Returns an environment name for a text, such as the name of a test. Different texts get different names. */
export function environmentName(text: string): string {
  const name = text.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-._]+|[-._]+$/g, '') || 'test';
  if (name === text && name.length <= 64) return name;
  let digest = 0;
  for (const character of text) digest = (Math.imul(digest, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  const end = name.slice(-55).replace(/^[-._]+/, ''); // which tells more than the beginning
  return `${end}-${digest.toString(16).padStart(8, '0')}`;
}
