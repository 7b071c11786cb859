package quern.runtime;

import java.util.concurrent.locks.LockSupport;
import quern.runtime.arena.Arena;
import quern.runtime.kernel.Kernel;

/**
 * The threads of a session: runs the parts of one kernel at a time and waits for all of them. The
 * caller computes part 0; methods are called by one thread at a time.
 */
final class WorkerPool implements AutoCloseable {
    private static final int SPINS = 2000;

    private final Arena arena;
    private final Worker[] workers;

    /** Starts {@code threads - 1} daemon threads; the caller is the other one. */
    WorkerPool(Arena arena, int threads) {
        this.arena = arena;
        this.workers = new Worker[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(arena, i + 1);
            workers[i].start();
        }
    }

    /** Runs all parts; the first error of a part is thrown here after all parts have ended. */
    void run(Kernel kernel, int parts) {
        for (int i = 0; i < parts - 1; i++) {
            workers[i].submit(kernel, parts);
        }
        Throwable failure = compute(kernel, arena, 0, parts);
        for (int i = 0; i < parts - 1; i++) {
            Throwable other = workers[i].await();
            failure = failure == null ? other : failure;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        } else if (failure instanceof Error e) {
            throw e;
        }
    }

    private static Throwable compute(Kernel kernel, Arena arena, int part, int parts) {
        try {
            kernel.run(arena, part, parts);
            return null;
        } catch (RuntimeException | Error e) {
            return e;
        }
    }

    @Override
    public void close() {
        for (Worker w : workers) {
            w.closed = true;
            LockSupport.unpark(w);
        }
    }

    private static final class Worker extends Thread {
        private final Arena arena;
        private final int part;
        private Kernel kernel;
        private int parts;
        private Thread caller;
        private Throwable failure;
        private volatile int submitted;
        private volatile int done;
        private volatile boolean closed;

        Worker(Arena arena, int part) {
            super("quern-" + part);
            this.arena = arena;
            this.part = part;
            setDaemon(true);
        }

        void submit(Kernel work, int number) {
            kernel = work;
            parts = number;
            caller = Thread.currentThread();
            submitted = done + 1;
            LockSupport.unpark(this);
        }

        Throwable await() {
            for (int spin = 0; done != submitted; spin++) {
                pause(spin);
            }
            return failure;
        }

        @Override
        public void run() {
            while (true) {
                for (int spin = 0; done == submitted && !closed; spin++) {
                    pause(spin);
                }
                if (closed) {
                    return;
                }
                failure = compute(kernel, arena, part, parts);
                Thread waiting = caller;
                done = submitted;
                LockSupport.unpark(waiting);
            }
        }

        private void pause(int spin) {
            if (spin < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }
    }
}
