import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs Apache Kafka's own tools one after another in one JVM, as starting one for each would take most of the
 * tests' time. A line in is a class, its standard input and its arguments, each in base64; a line out is its
 * exit code, standard output and standard error.
 */
public class Oracle {
    /** The tool's first exit: some of them catch what ends them and exit again. */
    private static Integer exitCode;

    private static final class Exited extends RuntimeException {
        Exited(int code) {
            super(null, null, false, false);
            if (exitCode == null) exitCode = code;
        }
    }

    public static void main(String[] none) throws Exception {
        Exit.setExitProcedure((code, message) -> { throw new Exited(code); });
        Exit.setHaltProcedure((code, message) -> { throw new Exited(code); });
        holdZooKeeper();
        PrintStream answers = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        // Once for all: Scala's Console keeps the stream that it finds first.
        System.setOut(new PrintStream(out, true));
        System.setErr(new PrintStream(err, true));
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            byte[][] words = Stream.of(line.split(" ", -1)).map(Base64.getDecoder()::decode).toArray(byte[][]::new);
            out.reset();
            err.reset();
            System.setIn(new ByteArrayInputStream(words[1]));
            int code = run(new String(words[0]), Stream.of(words).skip(2).map(String::new).toArray(String[]::new));
            System.out.flush();
            answers.println(code + " " + encode(out) + " " + encode(err));
            answers.flush();
        }
    }

    /** Kafka 4 comes without ZooKeeper. */
    private static void holdZooKeeper() throws ReflectiveOperationException {
        Consumer<Integer> exit = code -> { throw new Exited(code); };
        try {
            Class<?> utils = Class.forName("org.apache.zookeeper.util.ServiceUtils");
            utils.getMethod("setSystemExitProcedure", Consumer.class).invoke(null, exit);
        } catch (ClassNotFoundException none) {
            return;
        }
    }

    private static int run(String tool, String[] arguments) {
        exitCode = null;
        try {
            Class.forName(tool).getMethod("main", String[].class).invoke(null, (Object) arguments);
            return exitCode == null ? 0 : exitCode;
        } catch (InvocationTargetException thrown) {
            if (exitCode != null) return exitCode;
            thrown.getCause().printStackTrace();
            return 1;
        } catch (ReflectiveOperationException thrown) {
            thrown.printStackTrace();
            return 1;
        }
    }

    private static String encode(ByteArrayOutputStream bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
