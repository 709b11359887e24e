package io.freshet.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.freshet.protocol.wire.LabelRecord;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The schema may only grow: all that the schema of an earlier release says, it still says. The earlier ones lie in
 * {@code src/test/resources/schemas} as serialized file descriptors; CONTRIBUTING.md tells how to add one.
 */
class SchemaGrowthTest {

    @Test
    void everyFieldOfTheFirstSchemaIsStillThere() throws Exception {
        assertThat(losses(earlier("v1-0.1.0.pb"), now())).isEmpty();
    }

    @Test
    void aFieldThatIsRemovedRenumberedOrRetypedIsALoss() {
        FileDescriptorProto.Builder changed = now().toBuilder();
        DescriptorProto.Builder label = changed.getMessageTypeBuilderList().stream()
                .filter(message -> message.getName().equals("LabelRecord"))
                .findFirst()
                .orElseThrow();
        label.removeField(3);
        label.getFieldBuilder(1).setNumber(9);
        label.getFieldBuilder(2).setType(FieldDescriptorProto.Type.TYPE_BYTES);
        assertThat(losses(now(), changed.build())).hasSize(3);
    }

    private static FileDescriptorProto now() {
        return LabelRecord.getDescriptor().getFile().toProto();
    }

    private static FileDescriptorProto earlier(String name) throws Exception {
        try (InputStream in = SchemaGrowthTest.class.getResourceAsStream("/schemas/" + name)) {
            return FileDescriptorProto.parseFrom(Objects.requireNonNull(in, name));
        }
    }

    private static List<String> losses(FileDescriptorProto before, FileDescriptorProto after) {
        return messageLosses("", before.getMessageTypeList(), after.getMessageTypeList());
    }

    private static List<String> messageLosses(String path, List<DescriptorProto> before, List<DescriptorProto> after) {
        Map<String, DescriptorProto> byName = byName(after, DescriptorProto::getName);
        List<String> losses = new ArrayList<>();
        for (DescriptorProto message : before) {
            DescriptorProto now = byName.get(message.getName());
            String name = path + message.getName();
            if (now == null) {
                losses.add(name);
                continue;
            }
            losses.addAll(fieldLosses(name, message, now));
            losses.addAll(enumLosses(name, message, now));
            losses.addAll(messageLosses(name + ".", message.getNestedTypeList(), now.getNestedTypeList()));
        }
        return losses;
    }

    private static List<String> fieldLosses(String name, DescriptorProto before, DescriptorProto after) {
        Map<String, FieldDescriptorProto> byName = byName(after.getFieldList(), FieldDescriptorProto::getName);
        return before.getFieldList().stream()
                .filter(field -> !sameField(field, byName.get(field.getName())))
                .map(field -> name + "." + field.getName())
                .toList();
    }

    private static boolean sameField(FieldDescriptorProto before, @Nullable FieldDescriptorProto after) {
        return after != null
                && before.getNumber() == after.getNumber()
                && before.getType() == after.getType()
                && before.getLabel() == after.getLabel()
                && before.getTypeName().equals(after.getTypeName());
    }

    private static List<String> enumLosses(String name, DescriptorProto before, DescriptorProto after) {
        List<String> losses = new ArrayList<>();
        Map<String, EnumDescriptorProto> byName = byName(after.getEnumTypeList(), EnumDescriptorProto::getName);
        for (EnumDescriptorProto type : before.getEnumTypeList()) {
            EnumDescriptorProto now = byName.get(type.getName());
            if (now == null || !now.getValueList().containsAll(type.getValueList())) {
                losses.add(name + "." + type.getName());
            }
        }
        return losses;
    }

    private static <T> Map<String, T> byName(List<T> things, Function<T, String> name) {
        return things.stream().collect(Collectors.toMap(name, Function.identity()));
    }
}
