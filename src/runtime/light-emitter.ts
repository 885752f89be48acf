/**
 * What tells its listeners of events, as node:events has it: in the order in which they came, each
 * with what is said, and an error that nobody listens for is thrown. Below light-stream.ts alone.
 */
export type Listener = (...values: readonly unknown[]) => void;

export class Emitter {
  readonly #listeners = new Map<string, readonly { call: Listener; of: Listener }[]>();

  on(event: string, listener: Listener): this {
    return this.#add(event, listener, listener);
  }

  once(event: string, listener: Listener): this {
    const call: Listener = (...values) => {
      this.removeListener(event, listener);
      listener.apply(this, [...values]);
    };
    return this.#add(event, call, listener);
  }

  removeListener(event: string, listener: Listener): this {
    const left = this.#of(event).filter(({ of }) => of !== listener);
    this.#listeners.set(event, left);
    return this;
  }

  listenerCount(event: string): number {
    return this.#of(event).length;
  }

  emit(event: string, ...values: readonly unknown[]): boolean {
    const listeners = this.#of(event);
    if (listeners.length === 0 && event === 'error') throw values[0];
    for (const { call } of listeners) call.apply(this, [...values]);
    return listeners.length > 0;
  }

  #add(event: string, call: Listener, of: Listener): this {
    this.#listeners.set(event, [...this.#of(event), { call, of }]);
    return this;
  }

  #of(event: string): readonly { call: Listener; of: Listener }[] {
    return this.#listeners.get(event) ?? [];
  }
}
