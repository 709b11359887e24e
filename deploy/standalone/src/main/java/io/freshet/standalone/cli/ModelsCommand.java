package io.freshet.standalone.cli;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.ServingPolicy;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.bundle.SignatureResult;
import io.freshet.protocol.bundle.TrustedKeys;
import io.freshet.standalone.config.FreshetConfig;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the versions of models, and says which of them shall be in service. */
@Command(name = "models", description = "List and show models, and say which version serves: promote, roll back, pin.")
final class ModelsCommand {

    @Command(name = "list", description = "List the versions in the store, and say which is in service.")
    int list(@Mixin CommonOptions common) throws Exception {
        FreshetConfig config = common.load();
        ModelAdmin admin = new ModelAdmin(config, Set.of());
        ModelStore store = admin.store();
        System.out.printf(
                "%-24s %-17s %-9s %-14s %-22s %s%n", "MODEL", "MADE", "PARENT", "ANCHOR ERROR", "AUDIT ERROR", "");
        for (String model : store.models()) {
            Optional<ModelVersion> current = admin.current(model).map(ModelAnnouncement::model);
            for (ModelVersion version : store.versions(model)) {
                print(
                        store.describe(version).orElseThrow(),
                        current.filter(version::equals).isPresent());
            }
        }
        return 0;
    }

    private static void print(ModelDescriptor model, boolean inService) {
        System.out.printf(
                Locale.ROOT,
                "%-24s %-17s %-9s %-14s %-22s %s%n",
                model.modelVersion(),
                model.createdAt().truncatedTo(ChronoUnit.MINUTES),
                model.parent().map(Object::toString).orElse("-"),
                String.format(Locale.ROOT, "%.1f%%", 100 * model.score().anchorError()),
                model.score().auditImages() == 0
                        ? "-"
                        : String.format(
                                Locale.ROOT,
                                "%.1f%% of %d images",
                                100 * model.score().auditError(),
                                model.score().auditImages()),
                inService ? "in service" : "");
    }

    @Command(
            name = "show",
            description =
                    "Show what a version's bundle says of it, with the offsets it learned from, and who signed it.")
    int show(
            @Mixin CommonOptions common,
            @Parameters(paramLabel = "MODEL/VERSION", description = "For example fashion/3.") String version)
            throws IOException {
        FreshetConfig config = common.load();
        String shown = ModelAdmin.fetched(CommonOptions.store(config), ModelAdmin.parse(version), bundle -> {
            SignatureResult signature =
                    TrustedKeys.read(config.serving().trustedKeys()).verify(bundle);
            return ModelBundle.toJson(bundle.descriptor(), signature.describe());
        });
        System.out.println(shown);
        return 0;
    }

    @Command(
            name = "promote",
            description = "Put a version into service: every replica of serving tries it as it would a student that was"
                    + " promoted, and swaps to it if it holds up.")
    int promote(
            @Mixin CommonOptions common,
            @Parameters(paramLabel = "MODEL/VERSION", description = "For example fashion/3.") String version)
            throws Exception {
        ModelAdmin admin = new ModelAdmin(common.load(), Set.of(Topics.MODELS));
        ModelVersion target = ModelAdmin.parse(version);
        admin.announce(admin.announcement(target, ModelAnnouncement.Reason.PROMOTED));
        System.out.println(target + " is announced; serving tries it, and swaps to it if it holds up.");
        return 0;
    }

    @Command(
            name = "rollback",
            description = "Put an earlier version back into service: every replica of serving swaps to it at once.")
    int rollback(
            @Mixin CommonOptions common,
            @Parameters(
                            paramLabel = "MODEL[/VERSION]",
                            description = "Without a version, the parent of the one in service.")
                    String version)
            throws Exception {
        ModelAdmin admin = new ModelAdmin(common.load(), Set.of(Topics.MODELS));
        ModelVersion target = version.contains("/") ? ModelAdmin.parse(version) : admin.parent(version);
        admin.announce(admin.announcement(target, ModelAnnouncement.Reason.ROLLED_BACK));
        System.out.println(target + " is announced; serving swaps to it.");
        return 0;
    }

    @Command(
            name = "pin",
            description = "Serve these versions side by side, whatever is announced, until they are unpinned. Requests"
                    + " that name no version are answered by the one labelled 'stable', or else by the highest.")
    int pin(
            @Mixin CommonOptions common,
            @Parameters(arity = "1..*", paramLabel = "MODEL/VERSION", description = "Versions of one model.")
                    List<String> versions,
            @Option(
                            names = "--label",
                            paramLabel = "NAME=VERSION",
                            description = "A name under which clients can ask for a version, as in --label stable=3.")
                    @Nullable
                    Map<String, Long> labels)
            throws Exception {
        ModelAdmin admin = new ModelAdmin(common.load(), Set.of(Topics.POLICIES));
        List<ModelAnnouncement> pinned = new ArrayList<>();
        for (String version : versions) {
            pinned.add(admin.announcement(ModelAdmin.parse(version), ModelAnnouncement.Reason.PROMOTED));
        }
        String model = pinned.getFirst().model().model();
        try {
            admin.setPolicy(new ServingPolicy(model, pinned, labels == null ? Map.of() : labels, Instant.now()));
        } catch (IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()));
        }
        System.out.println(String.join(", ", versions) + " are pinned; serving holds to them until 'models unpin'.");
        return 0;
    }

    @Command(name = "unpin", description = "Serve the version that was announced last again.")
    int unpin(@Mixin CommonOptions common, @Parameters(paramLabel = "MODEL") String model) throws Exception {
        new ModelAdmin(common.load(), Set.of(Topics.POLICIES)).setPolicy(ServingPolicy.latest(model, Instant.now()));
        System.out.println(model + " follows its announcements again.");
        return 0;
    }
}
