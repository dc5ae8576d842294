import { setImmediate } from 'node:timers';

/** One entry among those that are searched at the same time. */
export interface Turn {
  /** Stored bytes of it that are still to come. */
  left: number;
  /** Waits until it may search; undefined when it need not wait. */
  wait(): Promise<void> | undefined;
  /** It searches no more. */
  end(): void;
}

/**
 * Lets entries that are searched at the same time search one after another: of those that have something to search, the one
 * of which most is still to come.
 *
 * Threads inflate for them meanwhile. What has most to come ends last, so nothing else may hold it up; the others are searched
 * while it inflates. Measured, layers of 250 and 43 MB on two cores: a sixth less time.
 */
export class Turns {
  #entries = 0;
  readonly #waiting: { turn: Turn; go: () => void }[] = [];

  begin(left: number): Turn {
    this.#entries++;
    const turn: Turn = {
      left,
      wait: () => (this.#entries < 2 ? undefined : this.#wait(turn)),
      end: () => {
        this.#entries--;
      },
    };
    return turn;
  }

  #wait(turn: Turn): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ turn, go });
      if (this.#waiting.length === 1) this.#callLater();
    });
  }

  /** Who has just searched needs one round of the event loop to come again. */
  #callLater(): void {
    setImmediate(() => setImmediate(() => this.#call()));
  }

  #call(): void {
    const next = this.#waiting.reduce((first, other) => (other.turn.left > first.turn.left ? other : first));
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    if (this.#waiting.length > 0) this.#callLater();
    next.go();
  }
}
