/**
 * What a function gets that carries out a command: types alone, made from the row of
 * the command. `'--tls-key <file>'` is `tlsKey?: string`, `'--json'` is `json?: boolean`;
 * `'<id>'` is a string, `'[file]'` may be missing, `'<words...>'` are several.
 *
 * A row whose options are not those of its function does not compile (`Differing`).
 */
import type { Run } from '../run.ts';

/** What `mailrobot complete` offers in the place of a value. */
export type Offered = Known | readonly string[];

/** What the config or the store knows. */
export type Known =
  | 'tickets'
  | 'snippets'
  | 'fields'
  | 'sorts'
  | 'staff'
  | 'queues'
  | 'subscribers';

export interface ArgumentText {
  readonly text: string;
  readonly offers?: Offered;
}

export interface OptionText extends ArgumentText {
  /** May be given several times. */
  readonly isList?: true;
  readonly isRequired?: true;
  /** The value of an option that is not given. */
  readonly preset?: string;
}

/** `['<id>', 'the ticket']`, in their order. */
export type ArgumentList = readonly (readonly [
  `<${string}>` | `[${string}]`,
  string | ArgumentText,
])[];

/** `{ '-m, --message <text>': 'the text' }` */
export type OptionTable = Readonly<Record<`-${string}`, string | OptionText>>;

type ArgumentValue<F> = F extends `${string}...${string}`
  ? readonly string[]
  : F extends `[${string}`
    ? string | undefined
    : string;

type ArgumentValues<A extends ArgumentList> = { readonly [N in keyof A]: ArgumentValue<A[N][0]> };

type Camel<T extends string> = T extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : T;

type WithoutValue<F extends string> = F extends `${infer Flags} <${string}` ? Flags : F;

type NameOf<F extends string> =
  WithoutValue<F> extends `${string}--${infer Long}`
    ? Camel<Long>
    : WithoutValue<F> extends `-${infer Short}`
      ? Short
      : never;

type OptionValue<F, T> = T extends { readonly isList: true }
  ? readonly string[]
  : F extends `${string}<${string}`
    ? string
    : boolean;

type IsAlwaysThere<T> = T extends { readonly isRequired: true } | { readonly preset: string }
  ? true
  : false;

type SomeOptionValues<O extends OptionTable> = {
  readonly [F in keyof O & string as IsAlwaysThere<O[F]> extends true
    ? NameOf<F>
    : never]: OptionValue<F, O[F]>;
} & {
  readonly [F in keyof O & string as IsAlwaysThere<O[F]> extends true
    ? never
    : NameOf<F>]?: OptionValue<F, O[F]>;
};

/** Of no options, TypeScript would say that every name is one. */
export type OptionValues<O extends OptionTable> = [keyof O] extends [never]
  ? unknown
  : SomeOptionValues<O>;

/** The config file that was named comes with the options of every command. */
export interface WithConfig {
  readonly config: string;
}

/** The function of a command: its arguments, its options, and the run. */
export type Work<A extends ArgumentList, O extends OptionTable> = (
  ...given: [...ArgumentValues<A>, OptionValues<O> & WithConfig, Run]
) => Promise<void>;

type NamesOf<O extends OptionTable> = { [F in keyof O & string]: NameOf<F> }[keyof O & string];

type Taken<A extends ArgumentList, F> = F extends (
  ...given: [...ArgumentValues<A>, infer Options, Run]
) => Promise<void>
  ? Exclude<keyof Options, keyof WithConfig>
  : never;

/** Options that the row declares and the function does not take, or the other way round. */
export type Differing<A extends ArgumentList, O extends OptionTable, F> =
  | Exclude<Taken<A, F>, NamesOf<O>>
  | Exclude<NamesOf<O>, Taken<A, F>>;
