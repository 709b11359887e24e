package io.freshet.ingest;

import io.freshet.protocol.EncodedImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Damaged and hostile files, made by code, each with the reason for which it must be refused. */
final class HostileImages {

    record Case(String name, EncodedImage file, String reason) {

        Case(String name, byte[] file, String reason) {
            this(name, new EncodedImage(file), reason);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final String UNDECODABLE = "undecodable";
    private static final String TOO_LARGE = "too-large";

    /** 32x24 pixels, as Google's encoder writes them. */
    private static final String LOSSY_WEBP =
            "UklGRqQAAABXRUJQVlA4IJgAAADQBQCdASogABgAPi0QhkKhoQ36AAwBYlqO4AYx5CzvOgfir+QF+ovJE0bW"
                    + "VaDuGHcAdz088YpAAP7/xRlyFIFAJ7DHL6my2vxz8CvdrdEscqz7FdKpsS+Cl//twa/5PE8IrWAHL5sAzcxv"
                    + "nicPYZd/t85y5cMjfLc4rQVzQ2mWruk/O1789jZVQikRe92uqScCXemYUAAAAA==";

    private HostileImages() {}

    /** Every file but those of the fuzzer. */
    static List<Case> handmade() {
        List<Case> cases = new ArrayList<>();
        cases.add(new Case("nothing", new byte[0], "empty"));
        cases.add(new Case("text", "GET / HTTP/1.1".getBytes(StandardCharsets.US_ASCII), "unknown-format"));
        cases.add(new Case("zeros", new byte[10_000], "unknown-format"));
        cases.add(new Case("a TIFF", new byte[] {'I', 'I', 42, 0, 8, 0, 0, 0}, "unknown-format"));
        byte[] wrong = TestImages.png(1);
        wrong[1] = 'Q';
        cases.add(new Case("a PNG with a wrong magic", wrong, "unknown-format"));
        cases.add(new Case("a JPEG under a PNG's magic", disguised(TestImages.jpeg(1)), UNDECODABLE));
        cases.add(new Case("a PNG of 100,000 x 100,000", pngSaying(100_000, 100_000), TOO_LARGE));
        cases.add(
                new Case("a PNG of 2^31-1 pixels a side", pngSaying(Integer.MAX_VALUE, Integer.MAX_VALUE), TOO_LARGE));
        cases.add(new Case("a PNG that inflates to 1.2 GB", pngBomb(20_000, 20_000), TOO_LARGE));
        cases.add(new Case("a PNG of no width", pngSaying(0, 10), UNDECODABLE));
        cases.add(new Case("a PNG with a chunk of 2 GB", pngWithHugeChunk(), UNDECODABLE));
        cases.add(new Case("a PNG that ends after its header", Arrays.copyOf(TestImages.png(1), 33), UNDECODABLE));
        cases.add(new Case("a GIF of 65,535 x 65,535", gifSaying(0xffff, 0xffff), TOO_LARGE));
        cases.add(new Case("a GIF that never ends", endlessGif(), UNDECODABLE));
        cases.add(new Case("a BMP of 65,000 x 65,000", bmpSaying(65_000, 65_000, 0, 54), TOO_LARGE));
        cases.add(new Case("a BMP whose pixels lie at 2 GB", bmpSaying(4, 4, 0, Integer.MAX_VALUE), UNDECODABLE));
        cases.add(new Case("a BMP with a PNG inside", bmpSaying(4, 4, 5, 54), UNDECODABLE));
        cases.add(new Case("a WebP of 16,384 x 16,384", losslessWebpSaying(0x3fff, 0x3fff), TOO_LARGE));
        cases.add(new Case("a WebP with a larger frame inside", webpWithLargerFrame(), TOO_LARGE));
        cases.add(new Case("a JPEG of 65,000 x 65,000", jpegSaying(65_000, 65_000), TOO_LARGE));
        cases.add(new Case("a JPEG of a hundred thousand scans", jpegOfScans(4_000, 100_000), "too-slow"));
        cases.add(new Case("more bytes than are taken", new byte[8_400_000], "too-many-bytes"));
        return cases;
    }

    /** Sound files of every format, broken at random places in ways after which none of them can be whole. */
    static List<Case> fuzzed(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] sound = sound(random.nextInt(6), i);
            byte[] broken = broken(sound, random);
            cases.add(new Case("mutant " + i + " of a " + name(sound), broken, UNDECODABLE));
        }
        return cases;
    }

    /** A JPEG without a piece may by chance be whole: it is only cut. Any bit of a PNG is in a checksum. */
    private static byte[] broken(byte[] sound, SplittableRandom random) {
        return switch (name(sound)) {
            case "JPEG" -> cut(sound, random);
            case "PNG" -> random.nextBoolean() ? withFlippedBit(sound, random) : cut(sound, random);
            default -> random.nextBoolean() ? cut(sound, random) : torn(sound, random);
        };
    }

    /** The same files with bits flipped anywhere: some are whole still, and nobody can tell. */
    static List<byte[]> blindlyMutated(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> mutants = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] mutant = sound(random.nextInt(6), i);
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                mutant[random.nextInt(mutant.length)] ^= (byte) (1 << random.nextInt(8));
            }
            mutants.add(mutant);
        }
        return mutants;
    }

    private static byte[] sound(int format, long seed) {
        return switch (format) {
            case 0 -> TestImages.jpeg(seed, 48, 40);
            case 1 -> progressive(TestImages.jpeg(seed, 48, 40));
            case 2 -> TestImages.png(seed);
            case 3 -> written(TestImages.jpeg(seed), "gif");
            case 4 -> written(TestImages.jpeg(seed), "bmp");
            default -> Base64.getDecoder().decode(LOSSY_WEBP);
        };
    }

    private static String name(byte[] image) {
        return switch (image[0]) {
            case 'G' -> "GIF";
            case 'B' -> "BMP";
            case 'R' -> "WebP";
            case (byte) 0x89 -> "PNG";
            default -> "JPEG";
        };
    }

    /** Somewhere in the first nine tenths, behind the magic. */
    private static byte[] cut(byte[] image, SplittableRandom random) {
        return Arrays.copyOf(image, random.nextInt(16, image.length * 9 / 10));
    }

    /** Without a piece from its middle, of a quarter of it or more. */
    private static byte[] torn(byte[] image, SplittableRandom random) {
        int length = image.length / 4 + random.nextInt(image.length / 4);
        int from = random.nextInt(image.length / 4, image.length / 2);
        byte[] torn = Arrays.copyOf(image, image.length - length);
        System.arraycopy(image, from + length, torn, from, image.length - from - length);
        return torn;
    }

    private static byte[] withFlippedBit(byte[] png, SplittableRandom random) {
        byte[] flipped = png.clone();
        flipped[random.nextInt(8, png.length)] ^= (byte) (1 << random.nextInt(8));
        return flipped;
    }

    private static byte[] disguised(byte[] jpeg) {
        byte[] magic = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
        byte[] disguised = jpeg.clone();
        System.arraycopy(magic, 0, disguised, 0, magic.length);
        return disguised;
    }

    private static byte[] pngSaying(int width, int height) {
        return png(width, height, deflated(new byte[100], 1));
    }

    private static byte[] pngBomb(int width, int height) {
        return png(width, height, deflated(new byte[3 * width + 1], height));
    }

    private static byte[] png(int width, int height, byte[] data) {
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        header.put(new byte[] {8, 2, 0, 0, 0});
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        png.writeBytes(chunk("IHDR", header.array()));
        png.writeBytes(chunk("IDAT", data));
        png.writeBytes(chunk("IEND", new byte[0]));
        return png.toByteArray();
    }

    private static byte[] chunk(String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        return ByteBuffer.allocate(12 + data.length)
                .putInt(data.length)
                .put(name)
                .put(data)
                .putInt((int) crc.getValue())
                .array();
    }

    /** A row, many times. */
    private static byte[] deflated(byte[] row, int times) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 << 10];
        for (int i = 0; i < times; i++) {
            deflater.setInput(row);
            while (!deflater.needsInput()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
        }
        deflater.finish();
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return out.toByteArray();
    }

    private static byte[] pngWithHugeChunk() {
        byte[] png = TestImages.png(1);
        return ByteBuffer.allocate(33 + 12)
                .put(png, 0, 33)
                .putInt(Integer.MAX_VALUE)
                .put("iCCP".getBytes(StandardCharsets.US_ASCII))
                .putInt(0)
                .array();
    }

    private static byte[] gifSaying(int width, int height) {
        byte[] gif = written(TestImages.jpeg(1), "gif");
        int frame = 13 + 3 * (2 << (gif[10] & 7)); // the header and the palette
        while (gif[frame] != ',') {
            frame++;
        }
        ByteBuffer.wrap(gif)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(frame + 5, (short) width)
                .putShort(frame + 7, (short) height);
        return gif;
    }

    /** A first frame that has no pixels, and then comments up to the largest file that is taken. */
    private static byte[] endlessGif() {
        ByteArrayOutputStream gif = new ByteArrayOutputStream();
        gif.writeBytes("GIF89a".getBytes(StandardCharsets.US_ASCII));
        gif.writeBytes(new byte[] {16, 0, 16, 0, 0, 0, 0});
        byte[] comment = new byte[3 + 254 + 1];
        comment[0] = '!';
        comment[1] = (byte) 0xfe;
        comment[2] = (byte) 254;
        while (gif.size() < 8_000_000) {
            gif.writeBytes(comment);
        }
        return gif.toByteArray();
    }

    private static byte[] bmpSaying(int width, int height, int compression, int pixelsAt) {
        return ByteBuffer.allocate(54 + 64)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {'B', 'M'})
                .putInt(54 + 64)
                .putInt(0)
                .putInt(pixelsAt)
                .putInt(40)
                .putInt(width)
                .putInt(height)
                .putShort((short) 1)
                .putShort((short) 24)
                .putInt(compression)
                .array();
    }

    private static byte[] losslessWebpSaying(int widthLessOne, int heightLessOne) {
        return riff(ByteBuffer.allocate(8 + 26)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("VP8L".getBytes(StandardCharsets.US_ASCII))
                .putInt(26)
                .put((byte) 0x2f)
                .putInt(widthLessOne | heightLessOne << 14)
                .array());
    }

    /** The head says 16x16 pixels; the frame in it has 16,383 a side. */
    private static byte[] webpWithLargerFrame() {
        return riff(ByteBuffer.allocate(8 + 10 + 8 + 26)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("VP8X".getBytes(StandardCharsets.US_ASCII))
                .putInt(10)
                .put(new byte[] {0, 0, 0, 0, 15, 0, 0, 15, 0, 0})
                .put("VP8L".getBytes(StandardCharsets.US_ASCII))
                .putInt(26)
                .put((byte) 0x2f)
                .putInt(0x3ffe | 0x3ffe << 14)
                .array());
    }

    private static byte[] riff(byte[] chunks) {
        return ByteBuffer.allocate(12 + chunks.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(StandardCharsets.US_ASCII))
                .putInt(4 + chunks.length)
                .put("WEBP".getBytes(StandardCharsets.US_ASCII))
                .put(chunks)
                .array();
    }

    private static byte[] jpegSaying(int width, int height) {
        byte[] jpeg = TestImages.jpeg(1);
        int frame = 2;
        while ((jpeg[frame + 1] & 0xff) != 0xc0) {
            frame += 2 + ((jpeg[frame + 2] & 0xff) << 8 | (jpeg[frame + 3] & 0xff));
        }
        ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) height).putShort(frame + 7, (short) width);
        return jpeg;
    }

    /**
     * A progressive gray JPEG within all limits of size. Each scan is a few bytes that say of all blocks that nothing in
     * them changes, and makes a decoder go over all of them.
     */
    private static byte[] jpegOfScans(int side, int scans) {
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        jpeg.writeBytes(new byte[] {(byte) 0xff, (byte) 0xd8});
        jpeg.writeBytes(segment(0xdb, new byte[65]));
        jpeg.writeBytes(segment(
                0xc2,
                ByteBuffer.allocate(9)
                        .put((byte) 8)
                        .putShort((short) side)
                        .putShort((short) side)
                        .put(new byte[] {1, 1, 0x11, 0})
                        .array()));
        jpeg.writeBytes(segment(0xc4, huffmanTable(0x00, 0))); // DC: its one code says that nothing changes
        jpeg.writeBytes(segment(0xc4, huffmanTable(0x10, 0xe0))); // AC: its one code begins a run of 2^14 blocks
        int blocks = (side / 8) * (side / 8);
        jpeg.writeBytes(segment(0xda, new byte[] {1, 1, 0, 0, 0, 0}));
        jpeg.writeBytes(new byte[blocks / 8]);
        byte[] scan = segment(0xda, new byte[] {1, 1, 0, 1, 63, 0});
        byte[] run = new byte[2 * (blocks / (1 << 14) + 1)]; // 15 bits each: the code, and nothing to add to the run
        for (int i = 0; i < scans; i++) {
            jpeg.writeBytes(scan);
            jpeg.writeBytes(run);
        }
        return jpeg.toByteArray();
    }

    private static byte[] huffmanTable(int id, int symbol) {
        byte[] table = new byte[18];
        table[0] = (byte) id;
        table[1] = 1; // one code of one bit
        table[17] = (byte) symbol;
        return table;
    }

    private static byte[] segment(int marker, byte[] content) {
        return ByteBuffer.allocate(4 + content.length)
                .put((byte) 0xff)
                .put((byte) marker)
                .putShort((short) (content.length + 2))
                .put(content)
                .array();
    }

    private static byte[] progressive(byte[] image) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam how = writer.getDefaultWriteParam();
        how.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(TestImages.picture(image), null, null), how);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static byte[] written(byte[] image, String format) {
        BufferedImage picture = TestImages.picture(image);
        return TestImages.encode(picture, format);
    }
}
