package io.streamclr.ingest.publish;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import java.util.OptionalInt;

/** How large a message of a topic may be. */
final class MessageSizes {

    private MessageSizes() {}

    /**
     * The largest message that is to be sent: what an image of the largest size and its envelope take, or what the topic
     * takes if that is less than usual.
     *
     * @throws RefusalException if the topic does not take images of a size that somebody asked for
     */
    static int require(Topics topics, String name, int maxImageBytes) {
        int wanted = Topic.messageBytes(maxImageBytes);
        OptionalInt taken = topics.maxMessageBytes(name);
        if (taken.isEmpty() || taken.getAsInt() >= wanted) {
            return wanted;
        }
        if (maxImageBytes > Topic.MAX_IMAGE_BYTES) {
            throw new RefusalException(
                    "Images of " + maxImageBytes + " bytes are asked for (--max-image-bytes), but topic "
                            + name + " takes messages of " + taken.getAsInt() + " bytes at most; raise its setting with"
                            + " 'kafka-configs --alter --entity-type topics --entity-name " + name
                            + " --add-config max.message.bytes=" + wanted + "', or ask for less");
        }
        return taken.getAsInt();
    }
}
