package io.streamclr.ingest.source;

import io.streamclr.schemas.identity.Seeds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Files of folders. A file takes 16 bytes, and those of its own name; a folder some hundreds. */
final class FileCatalog implements Catalog {

    /** A file of such a place in the names takes this beside its name. */
    private static final int BYTES_EACH = 16;
    /** Where arrays end; more files are another portion. */
    private static final int MOST_NAME_BYTES = (1 << 29) - (1 << 20);

    private static final int BYTES_OF_A_FOLDER = 512;

    private final Reading reading;
    private final FolderClasses classes;
    private final long seed;

    /** A folder with files. @param container the one that was given, which it lies in */
    private record Folder(Path path, String source, Path container, String front) {}

    private final List<Folder> folders = new ArrayList<>();
    private final Map<Path, Integer> numbers = new HashMap<>();
    /** Names that do not become the same path again once they are text, by their files' numbers. */
    private final Map<Integer, Path> odd = new HashMap<>();

    private byte[] names = new byte[1 << 16];
    private long[] keys = new long[1024];
    private int[] ends = new int[1024];
    private int[] folderOf = new int[1024];
    private int count;

    FileCatalog(Reading reading, FolderClasses classes, long seed) {
        this.reading = reading;
        this.classes = classes;
        this.seed = seed;
    }

    /** @param container the folder that was given, and what it is called to people */
    void add(FileWalk.File file, Path container, String front) {
        if (count == keys.length) {
            keys = Arrays.copyOf(keys, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
            folderOf = Arrays.copyOf(folderOf, 2 * count);
        }
        Path parent = file.path().toAbsolutePath().getParent();
        int number = numbers.computeIfAbsent(parent, first -> {
            folders.add(new Folder(parent, file.folder(), container, front));
            return folders.size() - 1;
        });
        String name = file.path().getFileName().toString();
        if (!parent.resolve(name).equals(file.path().toAbsolutePath())) {
            odd.put(count, file.path());
        }
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        int begin = nameBytes();
        if (begin + text.length > names.length) {
            names = Arrays.copyOf(names, 2 * names.length);
        }
        System.arraycopy(text, 0, names, begin, text.length);
        keys[count] = Seeds.of(seed, file.source(), 0);
        ends[count] = begin + text.length;
        folderOf[count] = number;
        count++;
    }

    private int nameBytes() {
        return count == 0 ? 0 : ends[count - 1];
    }

    /** About what it takes of memory. */
    long bytes() {
        return (long) count * BYTES_EACH + nameBytes() + (long) (folders.size() + odd.size()) * BYTES_OF_A_FOLDER;
    }

    /** Whether the names fill what an array can hold. */
    boolean isFull() {
        return nameBytes() > MOST_NAME_BYTES;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public long key(int thing) {
        return keys[thing];
    }

    @Override
    public ImageSource open(int thing) {
        Folder folder = folders.get(folderOf[thing]);
        int begin = thing == 0 ? 0 : ends[thing - 1];
        Path path = odd.containsKey(thing)
                ? odd.get(thing)
                : folder.path().resolve(new String(names, begin, ends[thing] - begin, StandardCharsets.UTF_8));
        return FileSource.file(path, folder.source(), folder.container(), folder.front(), reading, classes, 1);
    }

    @Override
    public void close() {
        // nothing is open
    }
}
