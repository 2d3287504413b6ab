package io.streamclr.trainer.weights;

import java.util.Map;

/**
 * What a pickle says, as far as weights go: {@link String}, {@link Long}, {@link Double}, {@link Boolean}, {@link java.util.List},
 * {@link Map}, and these. Whatever else it asks to be made is a {@link Foreign}.
 */
interface Pickled {

    /** Python's None, and bytes, which no weights are made of. */
    enum Nothing implements Pickled {
        NOTHING
    }

    /** A class or function, by name alone. */
    record Global(String module, String name) implements Pickled {

        boolean is(String otherModule, String otherName) {
            return module.equals(otherModule) && name.equals(otherName);
        }

        @Override
        public String toString() {
            return module + "." + name;
        }
    }

    /**
     * An object of a class that we do not make.
     *
     * @param state what the pickle gave it, by name; filled while the pickle is read
     */
    record Foreign(Global of, Map<Object, Object> state) implements Pickled {

        @Override
        public boolean equals(Object other) {
            return this == other; // it may hold itself
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }

        @Override
        public String toString() {
            return of.toString();
        }
    }

    /** A row of numbers in a file of its own. @param count how many it is said to have */
    record Storage(Numbers numbers, String key, long count) implements Pickled {}

    /** A tensor over a storage; nothing of it was checked. @param from its first number in the storage */
    record Tensor(Storage storage, long from, long[] shape, long[] strides) implements Pickled {

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }

        @Override
        public String toString() {
            return "Tensor of " + storage.key();
        }
    }
}
