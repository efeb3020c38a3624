import java.util.*;
import java.util.stream.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.*;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.*;

/**
 * Writes what Kafka's own assignors make of random groups, and the bytes of its consumer protocol, as the JSON
 * beside this file. Run: java -cp 'kafka-clients and slf4j-api' Assignments.java > assignments.json
 */
public class Assignments {
    static final Random random = new Random(42);

    public static void main(String[] none) {
        List<String> cases = new ArrayList<>();
        for (int index = 0; index < 60; index++) cases.add(oneCase());
        Subscription subscription = new Subscription(List.of("bier-bar", "aa"));
        Assignment assignment = new Assignment(List.of(new TopicPartition("bier-bar", 0),
            new TopicPartition("bier-bar", 2), new TopicPartition("aa", 1)));
        List<TopicPartition> held = List.of(new TopicPartition("aa", 1), new TopicPartition("aa", 3));
        System.out.println("{\n\"sticky\":\"" + hex(held(new StickyAssignor(), held, List.of()))
            + "\",\n\"cooperative-sticky\":\"" + hex(held(new CooperativeStickyAssignor(), held, held))
            + "\",\n\"subscription\":\"" + hex(ConsumerProtocol.serializeSubscription(subscription).array())
            + "\",\n\"assignment\":\"" + hex(ConsumerProtocol.serializeAssignment(assignment).array())
            + "\",\n\"cases\":[\n" + String.join(",\n", cases) + "]}");
    }

    /** What a member with this assignor writes that was given these partitions in generation 7. */
    static byte[] held(ConsumerPartitionAssignor assignor, List<TopicPartition> given, List<TopicPartition> owned) {
        assignor.onAssignment(new Assignment(given), new ConsumerGroupMetadata("g", 7, "m", Optional.empty()));
        List<String> topics = List.of("bier-bar", "aa");
        return ConsumerProtocol.serializeSubscription(new Subscription(topics,
            assignor.subscriptionUserData(new TreeSet<>(topics)), owned, 7, Optional.empty())).array();
    }

    static String oneCase() {
        Map<String, Integer> topics = new TreeMap<>();
        for (int t = 1 + random.nextInt(4); t > 0; t--) topics.put("t" + random.nextInt(20), random.nextInt(8));
        Map<String, Subscription> members = new TreeMap<>();
        List<String> membersJson = new ArrayList<>();
        boolean alike = random.nextBoolean();
        for (int m = 1 + random.nextInt(5); m > 0; m--) {
            String id = "m-" + random.nextInt(1000);
            List<String> wanted = topics.keySet().stream().filter(t -> alike || random.nextInt(3) > 0)
                .collect(Collectors.toList());
            Subscription subscription = new Subscription(wanted);
            String instance = random.nextInt(4) == 0 ? "static-" + random.nextInt(1000) : null;
            subscription.setGroupInstanceId(Optional.ofNullable(instance));
            if (members.putIfAbsent(id, subscription) == null) {
                membersJson.add("{\"memberId\":\"" + id + "\",\"instanceId\":"
                    + (instance == null ? "null" : "\"" + instance + "\"") + ",\"topics\":" + list(wanted) + "}");
            }
        }
        List<PartitionInfo> infos = new ArrayList<>();
        Node node = new Node(1, "localhost", 9092);
        topics.forEach((topic, count) -> {
            for (int p = 0; p < count; p++)
                infos.add(new PartitionInfo(topic, p, node, new Node[] {node}, new Node[] {node}));
        });
        Cluster cluster = new Cluster("c", List.of(node), infos, Set.of(), Set.of());
        return "{\"partitions\":{" + topics.entrySet().stream().map(e -> "\"" + e.getKey() + "\":" + e.getValue())
                .collect(Collectors.joining(","))
            + "},\"members\":[" + String.join(",", membersJson)
            + "],\n \"range\":" + json(new RangeAssignor().assign(cluster, new GroupSubscription(members)))
            + ",\n \"roundrobin\":" + json(new RoundRobinAssignor().assign(cluster, new GroupSubscription(members))) + "}";
    }

    static String json(GroupAssignment assignment) {
        return new TreeMap<>(assignment.groupAssignment()).entrySet().stream()
            .map(e -> "\"" + e.getKey() + "\":" + list(e.getValue().partitions().stream().map(TopicPartition::toString)
                .sorted().collect(Collectors.toList())))
            .collect(Collectors.joining(",", "{", "}"));
    }

    static String list(List<String> items) {
        return items.stream().map(item -> "\"" + item + "\"").collect(Collectors.joining(",", "[", "]"));
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
