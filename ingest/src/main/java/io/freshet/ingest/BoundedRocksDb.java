package io.freshet.ingest;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * Bounds the native memory of all local state together. Left alone, each store takes up to 50 MiB of cache and 48 of
 * write buffers, and each partition has several. Kafka Streams makes it by its name, so it must be public.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {

    private static final long MEMORY_BYTES = 64L << 20;
    private static final long WRITE_BUFFERS_BYTES = 32L << 20;
    private static final int WRITE_BUFFER_BYTES = 4 << 20;
    private static final long REWRITTEN_SECONDS = Duration.ofDays(1).toSeconds();

    static {
        RocksDB.loadLibrary();
    }

    // One of each for the process, and for as long as it runs: write buffers are a part of the cache.
    private static final Cache MEMORY = new LRUCache(MEMORY_BYTES);
    private static final WriteBufferManager WRITE_BUFFERS = new WriteBufferManager(WRITE_BUFFERS_BYTES, MEMORY);

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(MEMORY);
        table.setCacheIndexAndFilterBlocks(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(WRITE_BUFFERS);
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        // What was deleted leaves the disk only when its file is written anew, which might else be never.
        options.setPeriodicCompactionSeconds(REWRITTEN_SECONDS);
    }

    /** Nothing of a store's own is to be closed. */
    @Override
    public void close(String storeName, Options options) {}
}
